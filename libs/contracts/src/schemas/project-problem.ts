import { nearest } from '@laurel/domain';

/** One thing wrong with a project file. Lines and columns from 1; `message` says all of it in one sentence. */
export interface ProjectProblem {
  /** Such as `spec.rollout.steps[2].setWeight`; empty for the whole file. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly found: string;
  readonly allowed: string;
  readonly message: string;
}

/** A problem before its place in the file is known. `says` is the sentence after file and line, without a full stop. */
export interface Finding {
  readonly path: readonly PropertyKey[];
  readonly found: string;
  readonly allowed: string;
  readonly says: string;
}

/** `spec.rollout.steps[2].setWeight`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((segment, index) =>
      typeof segment === 'number' ? `[${segment}]` : `${index === 0 ? '' : '.'}${String(segment)}`,
    )
    .join('');
}

/** A value in a few words. */
function valueInWords(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a mapping';
  return JSON.stringify(typeof value === 'string' && value.length > 60 ? `${value.slice(0, 57)}...` : value);
}

/** `path` holds a value that is not allowed there. */
export function wrongValue(path: readonly PropertyKey[], value: unknown, allowed: string): Finding {
  const found = valueInWords(value);
  const where = pathText(path) || 'the file';
  const says =
    value === undefined ? `${where} is missing; give ${allowed}` : `${where} is ${found}; allowed: ${allowed}`;
  return { path, found, allowed, says };
}

/** `key` is not one of the keys a mapping may have. */
export function unknownKey(parent: readonly PropertyKey[], key: string, known: readonly string[]): Finding {
  const near = nearest(key, known);
  const allowed = known.join(', ');
  const where = pathText(parent) || 'the file';
  const hint = near === null ? `known keys: ${allowed}` : `did you mean "${near}"?`;
  return { path: [...parent, key], found: `the key "${key}"`, allowed, says: `${where} has no key "${key}"; ${hint}` };
}

/** `word` is not one of the words known here. */
export function unknownWord(path: readonly PropertyKey[], word: string, known: readonly string[]): Finding {
  const near = nearest(word, known);
  const allowed = known.length === 0 ? 'nothing here' : known.join(', ');
  const hint = near === null ? `allowed: ${allowed}` : `did you mean "${near}"? Allowed: ${allowed}`;
  return { path, found: `"${word}"`, allowed, says: `${pathText(path)} is "${word}"; ${hint}` };
}
