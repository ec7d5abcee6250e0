import { parseArgs } from 'node:util';
import { LaurelError } from '@laurel/contracts';

export interface Options {
  /** Of each measurement. */
  readonly seconds: number;
  /** Load that the real server gets before it is measured: it reads several times too slow at first. */
  readonly warmUp: number;
  readonly runs: number;
  readonly clients: readonly number[];
  readonly json: string | null;
  readonly write: boolean;
}

/** Reads the arguments. Error: `InvalidInput`. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '15' },
      'warm-up': { type: 'string', default: '75' },
      runs: { type: 'string', default: '30000' },
      clients: { type: 'string', default: '1,8' },
      json: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  });
  return {
    seconds: positive('--seconds', values.seconds),
    warmUp: positive('--warm-up', values['warm-up']),
    runs: positive('--runs', values.runs),
    clients: values.clients.split(',').map((text) => positive('--clients', text)),
    json: values.json ?? null,
    write: values.write,
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (value > 0) return value;
  throw new LaurelError('InvalidInput', `${name} must be a number above 0, not "${text}".`);
}
