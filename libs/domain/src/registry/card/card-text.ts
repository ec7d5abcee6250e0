import type { Estimate } from '../../evaluation/evaluation.js';

/** A number as people read it: at most four significant digits, whole numbers whole. */
export function numberText(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

/** A difference: with its sign. */
export function signedText(value: number): string {
  return value > 0 ? `+${numberText(value)}` : numberText(value);
}

/** A point estimate with its interval. */
export function estimateText({ value, low, high }: Estimate): string {
  return `${numberText(value)} (${numberText(low)} to ${numberText(high)})`;
}

/** A share of 0 to 1 as percent. */
export function shareText(share: number): string {
  return `${numberText(share * 100)} %`;
}
