import { LaurelError } from '@laurel/contracts';
import {
  type ArmBehaviour,
  type Behaviour,
  behaviours,
  type Effects,
  milliseconds,
  needsOf,
  parseDuration,
  usualBehaviour,
} from '@laurel/domain';
import { type Command, InvalidArgumentError } from 'commander';

/** What is assumed of the traffic, as commander hands it over. */
export interface TrafficOptions {
  readonly requestsPerSecond?: number;
  readonly labelled: number;
  readonly labelDelay: string;
  readonly baseline: readonly string[];
  readonly runs: number;
  readonly seed: number;
}

/** Adds the options to a command. */
export function withTrafficOptions(command: Command): Command {
  return command
    .option('--requests-per-second <number>', 'traffic of the endpoint', positive)
    .option('--labelled <percent>', 'share of answers whose truth arrives', percent, 100)
    .option('--label-delay <duration>', 'from an answer to its truth', duration, '1m')
    .option('--baseline <metric=value...>', `what the champion shows: ${behaviours.join(', ')}`, collect, [])
    .option('--runs <count>', 'simulated rollouts of each kind of challenger', count, 100)
    .option('--seed <number>', 'the same seed gives the same rollouts', wholeNumber, 1);
}

/** The champion: what is usual, where nothing else was said. Error: `InvalidInput`. */
export function championOf({ baseline }: Pick<TrafficOptions, 'baseline'>): ArmBehaviour {
  const said = numbersOf(baseline);
  for (const [name, value] of Object.entries(said)) {
    const isShare = needsOf(name)?.unit === 'share' && name !== 'meanAbsoluteError';
    if (value < 0 || (isShare && value > 1)) {
      const range = isShare ? 'from 0 to 1' : 'of at least 0';
      throw new LaurelError('InvalidInput', `--baseline ${name} must be a number ${range}, not ${value}.`);
    }
  }
  const champion = { ...usualBehaviour, ...said };
  if (champion.latencyP50 > 0 && champion.latencyP99 > champion.latencyP50) return champion;
  throw new LaurelError(
    'InvalidInput',
    `The champion's latencyP99 (${champion.latencyP99} ms) must be above its latencyP50 (${champion.latencyP50} ms); give both with --baseline.`,
  );
}

/** `metric=number` words; durations where the metric is one, with a sign. Error: `InvalidInput`. */
export function numbersOf(pairs: readonly string[]): Effects {
  const numbers: { [name in Behaviour]?: number } = {};
  for (const pair of pairs) {
    const [, name = '', text = ''] = /^([^=]*)=(.*)$/.exec(pair) ?? [];
    if (!isBehaviour(name)) {
      throw new LaurelError('InvalidInput', `"${pair}" is no metric=number; metrics are ${behaviours.join(', ')}.`);
    }
    if (Object.hasOwn(numbers, name)) throw new LaurelError('InvalidInput', `${name} is given twice; give it once.`);
    numbers[name] = numberOf(name, text);
  }
  return numbers;
}

function numberOf(name: Behaviour, text: string): number {
  const plain = text === '' ? Number.NaN : Number(text);
  if (Number.isFinite(plain)) return plain;
  const [, sign, length = ''] = /^([+-]?)(.*)$/.exec(text) ?? [];
  const span = needsOf(name)?.unit === 'milliseconds' ? parseDuration(length) : undefined;
  if (span !== undefined) return sign === '-' ? -span : span;
  const wanted = needsOf(name)?.unit === 'milliseconds' ? 'a number of milliseconds or a duration' : 'a number';
  throw new LaurelError('InvalidInput', `${name} must be ${wanted}, not "${text}".`);
}

function isBehaviour(name: string): name is Behaviour {
  return (behaviours as readonly string[]).includes(name);
}

/** Seconds of a duration that an option has checked. */
export function secondsOf(text: string): number {
  return milliseconds(text) / 1_000;
}

/** Keeps every value of an option that may be given several times. */
export function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

function positive(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('It must be a number above 0.');
}

function percent(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 100) return value;
  throw new InvalidArgumentError('It must be a number above 0 and at most 100.');
}

function duration(text: string): string {
  if (parseDuration(text) !== undefined) return text;
  throw new InvalidArgumentError('It must be a duration such as 30s, 10m or 2h.');
}

function count(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1 to 999999.');
}

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 0.');
}
