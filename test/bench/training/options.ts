import { parseArgs } from 'node:util';
import { LaurelError } from '@laurel/contracts';

export interface TrainingBenchOptions {
  /** How often each figure is measured. */
  readonly rounds: number;
  readonly write: boolean;
  /** File for everything that was measured. */
  readonly json: string | null;
}

/** Reads the command line. Error: `InvalidInput`. */
export function parseOptions(args: readonly string[]): TrainingBenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '5' },
      write: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  if (!/^[1-9]\d{0,3}$/.test(values.rounds)) {
    const message = `The bench cannot start: --rounds is "${values.rounds}" (a whole number from 1).`;
    throw new LaurelError('InvalidInput', message);
  }
  return { rounds: Number(values.rounds), write: values.write, json: values.json ?? null };
}
