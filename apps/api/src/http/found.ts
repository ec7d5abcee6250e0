import { LaurelError } from '@laurel/contracts';

/** `value`, or `NotFound` that names what is missing, for example `run 1f…`, and what to do about it. */
export function found<Value>(value: Value | undefined, what: string, next?: string): Value {
  if (value !== undefined) return value;
  throw new LaurelError('NotFound', `There is no ${what}${next === undefined ? '' : `; ${next}`}.`);
}

/** What to do where one is missing. */
export const listThem = {
  projects: 'list the projects there are with laurel get projects, or apply a laurel.yaml',
  runs: 'list the runs there are with laurel get runs',
  sweeps: 'list the sweeps there are with laurel sweep list',
} as const;
