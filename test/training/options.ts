import { parseArgs } from 'node:util';
import { LaurelError } from '@laurel/contracts';
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
  const problems: string[] = [];
  const names = (option: string, text: string | undefined, of: readonly string[]): readonly string[] => {
    if (text === undefined) return of;
    const given = text.split(',').map((name) => name.trim());
    const chosen = of.filter((name) => given.some((part) => part !== '' && name.includes(part)));
    if (chosen.length === 0) problems.push(`--${option} is "${text}" (parts of ${of.join(', ')})`);
    return chosen;
  };
  const whole = (option: string, text: string): number => {
    if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
    problems.push(`--${option} is "${text}" (a whole number from 1)`);
    return 1;
  };
  const options: TrainingOptions = {
    cells: names('cells', values.cells, allCells),
    only: names('only', values.only, exerciseNames),
    count: values.count === undefined ? null : whole('count', values.count),
    seed: whole('seed', values.seed),
  };
  if (problems.length > 0) throw new LaurelError('InvalidInput', `test:training cannot start: ${problems.join('; ')}.`);
  return options;
}
