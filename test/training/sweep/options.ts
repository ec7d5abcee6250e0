import { parseArgs } from 'node:util';
import { readValues } from '../read-values.js';

export interface SweepOptions {
  /** Trials of the sweep whose worker is killed; 0 for no such sweep. */
  readonly trials: number;
  readonly parallel: number;
  readonly kills: number;
  /** Races of ASHA against random search, a seed each; 0 for none. */
  readonly races: number;
  readonly seed: number;
}

/** Reads the command line; reports all problems together. Errors: `InvalidInput`. */
export function parseOptions(args: readonly string[]): SweepOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      trials: { type: 'string', default: '40' },
      parallel: { type: 'string', default: '4' },
      kills: { type: 'string', default: '5' },
      races: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
    },
  });
  const read = readValues('test:sweeps');
  const options: SweepOptions = {
    trials: read.whole('trials', values.trials, 0),
    parallel: read.whole('parallel', values.parallel, 1),
    kills: read.whole('kills', values.kills, 0),
    races: read.whole('races', values.races, 0),
    seed: read.whole('seed', values.seed, 1),
  };
  read.demandGood();
  return options;
}
