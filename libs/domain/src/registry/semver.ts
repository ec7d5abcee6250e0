import type { ModelSignature, SignatureInput } from './signature.js';

/** What the number of a version is computed from. */
export interface Versioned {
  readonly signature: ModelSignature;
  readonly algorithm: string;
}

type Change = 'major' | 'minor' | 'patch';

/**
 * SemVer of the next version of a model. A client of the previous one breaks (an input gone, changed or newly
 * required; other outputs, classes or task): major. A new or newly optional input, or another algorithm: minor. A mere
 * retraining: patch. The first is 1.0.0. Throws `RangeError` when the previous number is no SemVer.
 */
export function nextSemver(previous: (Versioned & { readonly semver: string }) | undefined, next: Versioned): string {
  if (previous === undefined) return '1.0.0';
  const parts = /^(\d+)\.(\d+)\.(\d+)/.exec(previous.semver);
  if (parts === null) throw new RangeError(`"${previous.semver}" is not a semantic version such as 1.0.0`);
  const [major, minor, patch] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const bumped = {
    major: `${major + 1}.0.0`,
    minor: `${major}.${minor + 1}.0`,
    patch: `${major}.${minor}.${patch + 1}`,
  } satisfies { readonly [change in Change]: string };
  return bumped[changeBetween(previous, next)];
}

function changeBetween(before: Versioned, after: Versioned): Change {
  const changes = [...inputChanges(before.signature.inputs, after.signature.inputs)];
  if (!sameAnswers(before.signature, after.signature)) changes.push('major');
  if (before.algorithm !== after.algorithm) changes.push('minor');
  if (changes.includes('major')) return 'major';
  return changes.includes('minor') ? 'minor' : 'patch';
}

function inputChanges(before: readonly SignatureInput[], after: readonly SignatureInput[]): Change[] {
  const kept = before.map((old): Change => {
    const now = after.find(({ name }) => name === old.name);
    if (now === undefined || now.dtype !== old.dtype || !sameShape(now.shape, old.shape)) return 'major';
    if (old.optional && !now.optional) return 'major';
    return now.optional === old.optional ? 'patch' : 'minor';
  });
  const known = new Set(before.map(({ name }) => name));
  const added = after
    .filter(({ name }) => !known.has(name))
    .map(({ optional }): Change => (optional ? 'minor' : 'major'));
  return [...kept, ...added];
}

function sameAnswers(before: ModelSignature, after: ModelSignature): boolean {
  return (
    before.task === after.task &&
    before.classes.length === after.classes.length &&
    before.classes.every((name, index) => name === after.classes[index]) &&
    before.outputs.length === after.outputs.length &&
    before.outputs.every((old) => {
      const now = after.outputs.find(({ name }) => name === old.name);
      return now?.dtype === old.dtype && now.role === old.role && sameShape(now.shape, old.shape);
    })
  );
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, index) => size === b[index]);
}
