import { normalQuantile, type RandomStream } from '@laurel/domain';

/** `n` draws from a standard normal distribution. */
export function normalSample(random: RandomStream, n: number): number[] {
  return Array.from({ length: n }, () => normalQuantile((random.nextInt(2 ** 31) + 0.5) / 2 ** 31));
}

/** Uniform integer from `low` to `high`, both included. */
export function uniformInt(random: RandomStream, low: number, high: number): number {
  return low + random.nextInt(high - low + 1);
}
