/** A step as a column holds it: trainers count in whole steps; one that does not is rounded down. */
export function wholeStep(step: number): number {
  return Math.min(Math.floor(step), Number.MAX_SAFE_INTEGER);
}
