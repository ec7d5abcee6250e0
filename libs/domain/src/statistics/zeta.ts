/** B₂, B₄, … B₁₂ over (2k)!. */
const corrections = [1 / 12, -1 / 720, 1 / 30_240, -1 / 1_209_600, 1 / 47_900_160, -691 / 1_307_674_368_000];
const summed = 20;

/** Riemann's ζ(s), s > 1, by Euler and Maclaurin's summation (Abramowitz and Stegun 23.2.3). */
export function zeta(s: number): number {
  let sum = 0;
  for (let n = 1; n < summed; n += 1) sum += n ** -s;
  sum += summed ** (1 - s) / (s - 1) + 0.5 * summed ** -s;
  let term = s * summed ** (-s - 1);
  corrections.forEach((correction, index) => {
    sum += correction * term;
    const next = s + 2 * index + 1;
    term *= (next * (next + 1)) / summed ** 2;
  });
  return sum;
}
