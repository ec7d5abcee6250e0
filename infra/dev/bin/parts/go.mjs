import { chmodSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { quietly } from './commands.mjs';
import { cache, root } from './places.mjs';
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
    await build({ module, packages: [name], flags, output: building });
    chmodSync(building, 0o755);
    renameSync(building, target);
  } finally {
    if (existsSync(building)) rmSync(building);
  }
}

/** Builds packages of one module into `folder`, each under its own name; the folder appears whole or not at all. */
export async function buildFolderWithGo({ module, packages, flags = '', folder, finish = async () => {} }) {
  const building = `${folder}.${process.pid}`;
  mkdirSync(building, { recursive: true });
  try {
    await build({ module, packages, flags, output: `${building}/` });
    await finish(building);
    rmSync(folder, { recursive: true, force: true });
    renameSync(building, folder);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

/** Folder of a published module's files, fetched when it is not there yet; it may not be written to. */
export async function moduleFolder(name, version) {
  const told = await quietly('go', ['mod', 'download', '-json', `${name}@${version}`], {
    cwd: cache,
    env: { GOWORK: 'off' },
  });
  return JSON.parse(told).Dir;
}

function build({ module, packages, flags, output }) {
  const args = ['build', '-mod=readonly', '-ldflags', `-s -w ${flags}`.trim(), '-o', output, ...packages];
  return quietly('go', args, { cwd: join(root, 'infra', 'dev', module), env: { GOWORK: 'off' } });
}
