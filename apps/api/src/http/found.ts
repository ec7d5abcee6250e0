import { LaurelError } from '@laurel/contracts';

/** `value`, or `NotFound` that names what is missing, for example `run 1f…`. */
export function found<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new LaurelError('NotFound', `There is no ${what}.`);
  return value;
}
