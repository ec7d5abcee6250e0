import { parseArgs } from 'node:util';
import { readValues } from './read-values.js';
import { trainers } from './trainers.js';

export const launcherNames = ['local', 'kubernetes'] as const;
export const exerciseNames = ['preempted', 'in a row', 'rank lost'] as const;

export interface TrainingOptions {
  /** Cells as `trainer/launcher`. */
  readonly cells: readonly string[];
  readonly only: readonly string[];
  /** Preemptions in each cell; `null` for as many as must be shown. */
  readonly count: number | null;
  readonly seed: number;
}

/** All cells: every trainer with every launcher. */
export const allCells = trainers.flatMap(({ name }) => launcherNames.map((launcher) => `${name}/${launcher}`));

/** Reads the command line; reports all problems together. Errors: `InvalidInput`. */
export function parseOptions(args: readonly string[]): TrainingOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cells: { type: 'string' },
      only: { type: 'string' },
      count: { type: 'string' },
      seed: { type: 'string', default: '1' },
    },
  });
  const read = readValues('test:training');
  const options: TrainingOptions = {
    cells: read.names('cells', values.cells, allCells),
    only: read.names('only', values.only, exerciseNames),
    count: values.count === undefined ? null : read.whole('count', values.count, 1),
    seed: read.whole('seed', values.seed, 1),
  };
  read.demandGood();
  return options;
}
