import { createHash } from 'node:crypto';
import type { LockedPath, LockedStage } from './lock-file.js';
import { byCodePoint, type JsonValue, pythonJson } from './python-json.js';

/** Names of a stage's run in the run cache. With them there, `dvc repro` takes the outputs and does not run the stage. */
export interface RunCacheName {
  /** Of command, dependencies, parameters and the paths of outputs. */
  readonly key: string;
  /** Of the same with the digests of outputs. */
  readonly value: string;
}

/** The run cache's names for a stage that ran. */
export function runCacheName({ cmd, deps, params, outs }: LockedStage): RunCacheName {
  const common = {
    cmd,
    ...(deps.length === 0 ? {} : { deps: sorted(deps).map(digestsOf) }),
    ...(Object.keys(params).length === 0 ? {} : { params }),
  };
  return {
    key: sha256({ ...common, outs: sorted(outs).map(({ path }) => path) }),
    value: sha256({ ...common, outs: sorted(outs).map(digestsOf) }),
  };
}

/** Where the run lies in a cache and in a remote; its bytes are the stage as `dvc.lock` has it. */
export function runCacheKey({ key, value }: RunCacheName): string {
  return `runs/${key.slice(0, 2)}/${key}/${value}`;
}

function sorted(paths: readonly LockedPath[]): readonly LockedPath[] {
  return [...paths].sort((a, b) => byCodePoint(a.path, b.path));
}

/** Without size and number of files, which do not count. */
function digestsOf({ path, md5, directory }: LockedPath) {
  return { path, hash: 'md5', md5: directory ? `${md5}.dir` : md5 };
}

function sha256(value: JsonValue): string {
  return createHash('sha256').update(pythonJson(value)).digest('hex');
}
