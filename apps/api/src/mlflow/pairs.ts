import { isLongerThan, shortened, trackingLimits, trackingNameProblem } from '@laurel/domain';
import type { KeyValue } from '@laurel/ports';
import type { Arguments } from './arguments.js';

/** A checked name of a metric, a param or a tag. */
export function nameIn(args: Arguments, argument = 'key'): string {
  const name = args.demandText(argument);
  const problem = trackingNameProblem(name);
  if (problem !== null) throw args.invalid(argument, problem);
  return name;
}

/** A tag of a run; a value that is too long is shortened, as MLflow does. */
export function tagIn(args: Arguments): KeyValue {
  return { key: nameIn(args), value: shortened(args.text('value') ?? '', trackingLimits.tagValue) };
}

export function paramIn(args: Arguments): KeyValue {
  return { key: nameIn(args), value: shortened(args.text('value') ?? '', trackingLimits.paramValue) };
}

/** `text`, which the argument `name` gave. Error: `InvalidInput` when it has more than `limit` characters. */
export function limited<Text extends string | null>(args: Arguments, name: string, limit: number, text: Text): Text {
  if (text === null || !isLongerThan(text, limit)) return text;
  throw args.invalid(name, `it exceeds the maximum length of ${limit} characters`);
}
