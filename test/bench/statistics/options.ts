import { parseArgs } from 'node:util';
import { LaurelError } from '@laurel/contracts';

export interface Options {
  /** Simulated rollouts of each kind. */
  readonly rollouts: number;
  /** Recorded canaries of each kind that every policy judges. */
  readonly recordings: number;
  readonly seed: number;
  readonly json: string | null;
  readonly write: boolean;
}

/** Reads the arguments. Error: `InvalidInput`. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rollouts: { type: 'string', default: '10000' },
      recordings: { type: 'string', default: '40' },
      seed: { type: 'string', default: '1' },
      json: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  });
  return {
    rollouts: whole('--rollouts', values.rollouts),
    recordings: whole('--recordings', values.recordings),
    seed: whole('--seed', values.seed),
    json: values.json ?? null,
    write: values.write,
  };
}

function whole(name: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new LaurelError('InvalidInput', `${name} must be a whole number from 1, not "${text}".`);
}
