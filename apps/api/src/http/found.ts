import { LaurelError } from '@laurel/contracts';

/** `value`, or `NotFound` that names what is missing, for example `run 1f…`, and what to do about it. */
export function found<Value>(value: Value | undefined, what: string, next: string): Value {
  if (value !== undefined) return value;
  throw new LaurelError('NotFound', `There is no ${what}; ${next}.`);
}

/** What to do where one is missing. */
export const listThem = {
  projects: 'list the projects there are with laurel get projects, or apply a laurel.yaml',
  runs: 'list the runs there are with laurel get runs',
  sweeps: 'list the sweeps there are with laurel sweep list',
  models: 'list the models there are with laurel get models',
  versions: (model: string) => `list those there are with laurel get versions ${model}`,
  datasets: 'list the datasets there are with laurel get datasets',
  endpoints: 'list the endpoints there are with laurel get endpoints',
  rollouts: 'list the rollouts there are with laurel get rollouts',
  keys: 'list the keys there are with GET /api/v1/api-keys',
} as const;
