/** What the command line asks for. */
export interface StoryOptions {
  /** Letters of the stories to play; `null` for all. */
  readonly only: readonly string[] | null;
  /** 1 is full length; counts and durations are multiplied by it. */
  readonly scale: number;
  /** Requests per second of the story of swaps. */
  readonly rate: number;
}

const usage = 'usage: test:serving [--only A,B,…] [--scale 0.01 … 1] [--rate REQUESTS_PER_SECOND]';

/** Reads `--only`, `--scale` and `--rate`. Errors: `RangeError` with the usage. */
export function parseOptions(args: readonly string[], known: readonly string[]): StoryOptions {
  const given = new Map<string, string>();
  for (let index = 0; index < args.length; index += 2) given.set(args[index] ?? '', args[index + 1] ?? '');
  const unknown = [...given.keys()].find((name) => !['--only', '--scale', '--rate'].includes(name));
  if (unknown !== undefined) throw new RangeError(`${unknown} is unknown; ${usage}`);
  const only = given.get('--only')?.toUpperCase().split(',') ?? null;
  const wrong = only?.find((letter) => !known.includes(letter));
  if (wrong !== undefined) throw new RangeError(`there is no story ${wrong}, only ${known.join(', ')}; ${usage}`);
  const scale = Number(given.get('--scale') ?? '1');
  const rate = Number(given.get('--rate') ?? '3000');
  if (!(scale > 0 && scale <= 1 && rate > 0)) throw new RangeError(usage);
  return { only, scale, rate };
}
