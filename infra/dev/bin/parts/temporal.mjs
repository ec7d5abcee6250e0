import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { quietly, SetUpError } from './commands.mjs';
import { exclusively } from './exclusively.mjs';
import { buildWithGo, haveGo } from './go.mjs';
import { cache } from './places.mjs';
import { atLeast } from './versions.mjs';

const oldest = '1.4.0';
const pinned = '1.5.1';
const downloadLimit = 15_000;
const retryDownloadAfter = 24 * 3_600_000;

const built = join(cache, 'temporal', pinned, 'temporal');
const downloads = join(cache, 'temporal', 'sdk');
const refusal = join(downloads, 'failed-at');

/**
 * Finds Temporal's command line tool: LAUREL_TEMPORAL_BIN, PATH, cache, the SDK's own download, and last a build with Go.
 * Returns path and where it is from.
 */
export async function findTemporal(say, node) {
  const given = process.env.LAUREL_TEMPORAL_BIN;
  if (given) return { path: given, from: 'from LAUREL_TEMPORAL_BIN' };
  const command = onPathAs('temporal');
  const onPath = command && (await versionOf(command));
  if (onPath && atLeast(onPath, oldest)) return { path: command, from: `${onPath} on PATH` };
  if (existsSync(built)) return { path: built, from: `${pinned}, cached` };
  return exclusively('temporal', say, async () => {
    if (existsSync(built)) return { path: built, from: `${pinned}, cached` };
    const downloaded = await download(say, node);
    if (downloaded) return { path: downloaded, from: "the SDK's download" };
    return build(say, onPath);
  });
}

function onPathAs(name) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

async function versionOf(command) {
  try {
    return /version (\S+)/.exec(await quietly(command, ['--version']))?.[1] ?? null;
  } catch {
    return null;
  }
}

async function download(say, node) {
  if (failedRecently()) return null;
  const helper = fileURLToPath(new URL('./sdk-download.mjs', import.meta.url));
  mkdirSync(downloads, { recursive: true });
  try {
    const path = (await quietly(node, [helper, downloads, 'cached'], { limit: downloadLimit })).trim();
    if (path) return path;
    say("trying the SDK's own download (15 seconds at most)");
    return (await quietly(node, [helper, downloads], { limit: downloadLimit })).trim() || null;
  } catch {
    writeFileSync(refusal, String(Date.now()));
    return null;
  }
}

function failedRecently() {
  return existsSync(refusal) && Date.now() - Number(readFileSync(refusal, 'utf8')) < retryDownloadAfter;
}

async function build(say, onPath) {
  if (!(await haveGo())) {
    const seen = onPath ? `the temporal on PATH is ${onPath}` : 'there is no temporal on PATH';
    const remedy = `install the CLI ${oldest} or newer (https://docs.temporal.io/cli), or Go 1.21 or newer (https://go.dev/dl) so that it can be built`;
    throw new SetUpError(`Temporal is missing: ${seen}, its download did not answer, and there is no Go; ${remedy}.`);
  }
  say('building with go (about 3 minutes, once)');
  const flags = `-X github.com/temporalio/cli/temporalcli.Version=${pinned}`;
  await buildWithGo({
    module: 'temporal-cli',
    package: 'github.com/temporalio/cli/cmd/temporal',
    flags,
    target: built,
  });
  return { path: built, from: `${pinned}, built` };
}
