/** What one measurement of one candidate says. Milliseconds; requests. */
export interface Measured {
  readonly perSecond: number;
  /** `null` where nothing but the rate is measured. */
  readonly p50: number | null;
  readonly p99: number | null;
  readonly p999: number | null;
  /** Requests without a good answer. */
  readonly failed: number;
}

/** A measurement and what it belongs to. */
export interface Sample extends Measured {
  readonly scenario: string;
  readonly candidate: string;
  readonly round: number;
}

/** A median with what lay around it. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The median of an even number of values is the mean of the middle two. `null` for no values. */
export function spreadOf(values: readonly number[]): Spread | null {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined) return null;
  const half = sorted.length / 2;
  const median = ((sorted[Math.ceil(half) - 1] ?? min) + (sorted[Math.floor(half)] ?? max)) / 2;
  return { median, min, max };
}

export type Figure = 'perSecond' | 'p50' | 'p99';

/** A figure of one candidate in one scenario, over the rounds. */
export function figureOf(
  samples: readonly Sample[],
  of: Pick<Sample, 'scenario' | 'candidate'>,
  figure: Figure,
): Spread | null {
  return spreadOf(valuesOf(samples, of, figure).map(({ value }) => value));
}

/** The ratio of two candidates, each round by itself, so that what slowed a whole round down cancels out. */
export function ratioOf(
  samples: readonly Sample[],
  of: { readonly scenario: string; readonly candidate: string; readonly to: string },
  figure: Figure,
): Spread | null {
  const { scenario, candidate, to } = of;
  const others = new Map(
    valuesOf(samples, { scenario, candidate: to }, figure).map(({ round, value }) => [round, value]),
  );
  const own = valuesOf(samples, { scenario, candidate }, figure);
  return spreadOf(own.map(({ round, value }) => value / (others.get(round) ?? Number.NaN)));
}

function valuesOf(
  samples: readonly Sample[],
  { scenario, candidate }: Pick<Sample, 'scenario' | 'candidate'>,
  figure: Figure,
): readonly { readonly round: number; readonly value: number }[] {
  return samples
    .filter((sample) => sample.scenario === scenario && sample.candidate === candidate)
    .map((sample) => ({ round: sample.round, value: sample[figure] ?? Number.NaN }));
}
