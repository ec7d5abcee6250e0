import { type StageRules, stageNamed } from './stages.js';

/** Three numbers, compared one after the other. */
type Triple = readonly [major: number, minor: number, patch: number];

/** Half-open: from `atLeast` up to, but not including, `below`. */
interface SemverRange {
  readonly atLeast: Triple;
  readonly below: Triple;
}

/** What the last part of `models:/name/…` asks for. */
export type VersionReference =
  | { readonly kind: 'stage'; readonly stage: string }
  | { readonly kind: 'semver'; readonly range: SemverRange }
  | { readonly kind: 'unknown' };

/** One to three numbers without leading zeros, small enough to compare as numbers. */
const numbers = /^(0|[1-9]\d{0,8})(?:\.(0|[1-9]\d{0,8}|x|\*))?(?:\.(0|[1-9]\d{0,8}|x|\*))?$/i;

/**
 * Reads a reference. A stage of the model comes first, then a semantic version (`1.4.0`), a beginning of one (`1.4`,
 * `1.4.x`) or a range (`^1`, `^1.4.2`, `~1.4`), as npm reads them. A whole number alone is MLflow's version, never a range.
 */
export function readReference(text: string, rules: StageRules): VersionReference {
  const stage = stageNamed(rules, text);
  if (stage !== undefined) return { kind: 'stage', stage };
  const range = readRange(text);
  return range === undefined ? { kind: 'unknown' } : { kind: 'semver', range };
}

function readRange(text: string): SemverRange | undefined {
  const operator = text.startsWith('^') || text.startsWith('~') ? text[0] : '';
  const parts = numbers.exec(operator === '' ? text.replace(/^v(?=\d+\.)/i, '') : text.slice(1));
  if (parts === null) return undefined;
  const given = [parts[1], parts[2], parts[3]].filter((part) => part !== undefined);
  const wild = given.findIndex((part) => !/^\d+$/.test(part));
  const known = (wild === -1 ? given : given.slice(0, wild)).map(Number);
  if (wild !== -1 && given.slice(wild).some((part) => /^\d+$/.test(part))) return undefined;
  if (operator === '' && given.length === 1) return undefined;
  const [major = 0, minor = 0, patch = 0] = known;
  const atLeast: Triple = [major, minor, patch];
  if (operator === '^') return { atLeast, below: nextBreaking(atLeast, known.length) };
  if (known.length === 1) return { atLeast, below: [major + 1, 0, 0] };
  if (operator === '~' || known.length === 2) return { atLeast, below: [major, minor + 1, 0] };
  return { atLeast, below: [major, minor, patch + 1] };
}

/** The first version that may break a client: the left-most number above zero grows, or the last one given. */
function nextBreaking([major, minor, patch]: Triple, given: number): Triple {
  if (major > 0 || given === 1) return [major + 1, 0, 0];
  if (minor > 0 || given === 2) return [0, minor + 1, 0];
  return [0, 0, patch + 1];
}

/** A version as far as references look at it. */
export interface Referable {
  readonly version: number;
  readonly stage: string;
  /** `null` for a version that has no semantic version (yet). */
  readonly semver: string | null;
  /** Only versions that can be used are found by number ranges. */
  readonly ready: boolean;
}

/**
 * The version that a reference means: the newest of the stage, or the highest semantic version in the range (the newest
 * of equal ones); `undefined` when there is none.
 */
export function resolveReference<V extends Referable>(
  reference: VersionReference,
  versions: readonly V[],
): V | undefined {
  if (reference.kind === 'unknown') return undefined;
  if (reference.kind === 'stage') {
    return highest(
      versions.filter(({ stage }) => stage === reference.stage),
      () => 0,
    );
  }
  const { atLeast, below } = reference.range;
  const within = versions.filter(({ ready, semver }) => {
    const triple = semver === null ? undefined : tripleOf(semver);
    return ready && triple !== undefined && compare(triple, atLeast) >= 0 && compare(triple, below) < 0;
  });
  return highest(within, (one, other) =>
    compare(tripleOf(one.semver ?? '') ?? zero, tripleOf(other.semver ?? '') ?? zero),
  );
}

const zero: Triple = [0, 0, 0];

function highest<V extends Referable>(versions: readonly V[], order: (one: V, other: V) => number): V | undefined {
  return versions.toSorted((one, other) => order(other, one) || other.version - one.version)[0];
}

function tripleOf(semver: string): Triple | undefined {
  const parts = /^(\d+)\.(\d+)\.(\d+)$/.exec(semver);
  return parts === null ? undefined : [Number(parts[1]), Number(parts[2]), Number(parts[3])];
}

function compare(one: Triple, other: Triple): number {
  return one[0] - other[0] || one[1] - other[1] || one[2] - other[2];
}
