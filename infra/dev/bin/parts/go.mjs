import { chmodSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { quietly } from './commands.mjs';
import { root } from './places.mjs';
import { atLeast } from './versions.mjs';

/** The modules below infra/dev say `go 1.25`; a Go since 1.21 fetches that toolchain by itself. */
const needed = '1.21';

/** Is there a Go that can build the pinned modules? */
export async function haveGo() {
  try {
    return atLeast(await quietly('go', ['version']), needed);
  } catch {
    return false;
  }
}

/** Builds `package` of the pinned module below infra/dev into `target`; the file appears whole or not at all. */
export async function buildWithGo({ module, package: name, flags = '', target }) {
  const building = `${target}.${process.pid}`;
  mkdirSync(dirname(target), { recursive: true });
  try {
    const args = ['build', '-mod=readonly', '-ldflags', `-s -w ${flags}`.trim(), '-o', building, name];
    await quietly('go', args, { cwd: join(root, 'infra', 'dev', module), env: { GOWORK: 'off' } });
    chmodSync(building, 0o755);
    renameSync(building, target);
  } finally {
    if (existsSync(building)) rmSync(building);
  }
}
