import { stringify } from 'yaml';
import { outputOf, type TrackedOutput, yamlOf } from './pointer.js';
import { byCodePoint, type JsonValue } from './python-json.js';

/** A dependency or an output of a stage, with its digest. */
export type LockedPath = Omit<TrackedOutput, 'remote'>;

/** A stage of a pipeline as it ran. */
export interface LockedStage {
  readonly cmd: string;
  readonly deps: readonly LockedPath[];
  /** Values by parameters file and name. */
  readonly params: { readonly [file: string]: { readonly [name: string]: JsonValue } };
  readonly outs: readonly LockedPath[];
}

/** The text of `dvc.lock`: paths and parameters sorted, as DVC sorts them. */
export function lockText(stages: { readonly [name: string]: LockedStage }): string {
  const entries = Object.entries(stages).map(([name, stage]) => [name, stageFields(stage)]);
  return stringify(
    { schema: '2.0', stages: Object.fromEntries(entries) },
    { indentSeq: false, lineWidth: 0, singleQuote: true, compat: 'yaml-1.1' },
  );
}

function stageFields({ cmd, deps, params, outs }: LockedStage) {
  return {
    cmd,
    ...(deps.length === 0 ? {} : { deps: sorted(deps).map(lockedFields) }),
    ...(Object.keys(params).length === 0 ? {} : { params: sortedParams(params) }),
    ...(outs.length === 0 ? {} : { outs: sorted(outs).map(lockedFields) }),
  };
}

function sorted(paths: readonly LockedPath[]): readonly LockedPath[] {
  return [...paths].sort((a, b) => byCodePoint(a.path, b.path));
}

function sortedParams(params: LockedStage['params']) {
  const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => byCodePoint(a, b);
  const files = Object.entries(params).map(
    ([file, values]) => [file, Object.fromEntries(Object.entries(values).sort(byName))] as const,
  );
  return Object.fromEntries(files.sort(byName));
}

function lockedFields({ path, md5, directory, size, nfiles }: LockedPath) {
  return {
    path,
    hash: 'md5',
    md5: directory ? `${md5}.dir` : md5,
    ...(size === undefined ? {} : { size }),
    ...(nfiles === undefined ? {} : { nfiles }),
  };
}

/** Outputs of all stages of a `dvc.lock`; what has no digest is left out. Errors: `DataUnreadable`. */
export function outputsOfLock(text: string, place: string): readonly TrackedOutput[] {
  const { stages } = yamlOf(text, place) as { readonly stages?: unknown };
  const all = typeof stages === 'object' && stages !== null ? Object.values(stages) : [];
  return all.flatMap((stage: unknown) => {
    const { outs } = (stage ?? {}) as { readonly outs?: unknown };
    return Array.isArray(outs) ? outs.filter(hasDigest).map((out) => outputOf(out, place)) : [];
  });
}

function hasDigest(out: unknown): boolean {
  return typeof out === 'object' && out !== null && 'md5' in out;
}
