import type { Dimension, TrainerParameters } from '@laurel/domain';

/**
 * A training that takes no time. A trial with rate r, depth d and dropout p comes to the plateau
 *
 *   0.95 - 0.10 (log10 r + 2)^2 - 0.004 (d - 6)^2 - 0.35 (p - 0.2)^2
 *
 * along `plateau - (plateau - 0.5) exp(-step / T)`, T = 6 + 3 |log10 r + 1| steps: rates that are large learn fast and
 * those that are best do not, so that curves cross. Each reading is off by up to 0.004, the same for the same trial and
 * step. Higher is better.
 */
export const surface = {
  steps: 64,
  dimensions: [
    { name: 'depth', kind: 'integer', min: 1, max: 12, log: false, step: null },
    { name: 'dropout', kind: 'float', min: 0, max: 0.6, log: false, step: null },
    { name: 'rate', kind: 'float', min: 0.0001, max: 1, log: true, step: null },
  ] as const satisfies readonly Dimension[],
  reading: (parameters: TrainerParameters, step: number): number => {
    const decade = Math.log10(Number(parameters['rate']));
    const depth = Number(parameters['depth']);
    const dropout = Number(parameters['dropout']);
    const plateau = 0.95 - 0.1 * (decade + 2) ** 2 - 0.004 * (depth - 6) ** 2 - 0.35 * (dropout - 0.2) ** 2;
    const halfway = 6 + 3 * Math.abs(decade + 1);
    const noise = 0.004 * Math.sin(1_000 * (decade + depth + dropout) + 7 * step);
    return plateau - (plateau - 0.5) * Math.exp(-step / halfway) + noise;
  },
};
