import { outputOf, type TrackedOutput, yamlOf } from './pointer.js';

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
