import type { Prediction } from './prediction.js';

/** What the outputs of a model gave for one row, by role; `null` for a role that no output has. */
export interface GivenByRole {
  /** A class, or its index in `classes`. */
  readonly label: string | number | bigint | null;
  /** One share per class; a single one of two classes is that of the second. */
  readonly shares: readonly number[] | null;
  readonly value: number | null;
}

/**
 * The prediction that outputs mean. Shares that rounding carried outside 0 to 1 are brought back; a label that is not given
 * is the most probable class.
 */
export function predictionOf({ label, shares, value }: GivenByRole, classes: readonly string[]): Prediction {
  const probabilities = shares === null ? null : perClass(shares.map(clamped), classes.length);
  const named = typeof label === 'string' || label === null ? label : (classes[Number(label)] ?? null);
  return { label: named ?? mostProbable(probabilities, classes), probabilities, value };
}

function clamped(share: number): number {
  return Math.min(1, Math.max(0, share));
}

function perClass(shares: readonly number[], classes: number): readonly number[] {
  const [only] = shares;
  return shares.length === 1 && classes === 2 && only !== undefined ? [1 - only, only] : shares;
}

function mostProbable(shares: readonly number[] | null, classes: readonly string[]): string | null {
  return shares === null ? null : (classes[shares.indexOf(Math.max(...shares))] ?? null);
}
