import { parseArgs } from 'node:util';
import { LaurelError } from '@laurel/contracts';

export interface BenchOptions {
  /** Names of candidates; `null` for all. */
  readonly only: readonly string[] | null;
  /** Names of scenarios; `null` for all. */
  readonly scenarios: readonly string[] | null;
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly seed: number;
  /** Requests per second of the constant rate; `null` for half of what the bare server manages. */
  readonly rate: number | null;
  readonly write: boolean;
  /** File for everything that was measured. */
  readonly json: string | null;
}

/** Names that `--only` and `--scenarios` may use. */
export interface KnownNames {
  readonly candidates: readonly string[];
  readonly scenarios: readonly string[];
}

/** Reads the command line; reports all problems together. Errors: `InvalidInput`. */
export function parseOptions(args: readonly string[], known: KnownNames): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      scenarios: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      seed: { type: 'string', default: '7' },
      rate: { type: 'string' },
      quick: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  const problems: string[] = [];
  const whole = (name: string, text: string): number => {
    if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
    problems.push(`--${name} is "${text}" (a whole number from 1)`);
    return 1;
  };
  const names = (option: string, text: string | undefined, of: readonly string[]): readonly string[] | null => {
    if (text === undefined) return null;
    const given = text.split(',').filter((name) => name !== '');
    const unknown = given.filter((name) => !of.includes(name));
    if (unknown.length > 0) problems.push(`--${option} names ${unknown.join(', ')} (any of ${of.join(', ')})`);
    return given;
  };
  const options: BenchOptions = {
    only: names('only', values.only, known.candidates),
    scenarios: names('scenarios', values.scenarios, known.scenarios),
    rounds: whole('rounds', values.rounds ?? (values.quick ? '1' : '5')),
    seconds: whole('seconds', values.seconds ?? (values.quick ? '1' : '5')),
    warmUpSeconds: values.quick ? 1 : 2,
    seed: whole('seed', values.seed),
    rate: values.rate === undefined ? null : whole('rate', values.rate),
    write: values.write,
    json: values.json ?? null,
  };
  if (problems.length > 0) throw new LaurelError('InvalidInput', `The bench cannot start: ${problems.join('; ')}.`);
  return options;
}
