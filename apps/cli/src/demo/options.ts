import { LaurelError } from '@laurel/contracts';
import type { StackPorts } from '@laurel/dev';

/** How the demo runs. */
export interface DemoOptions {
  /** Stay up after the report until Ctrl-C. */
  readonly keep: boolean;
  readonly perSecond: number;
  readonly ports: StackPorts;
}

/** Its own ports, so that it runs beside `laurel up`. */
const demoPorts: StackPorts = {
  api: 8500,
  serving: 8580,
  servingGrpc: 8581,
  temporal: 7333,
  temporalUi: 8333,
  postgres: 8532,
};

/** Parses what follows `npm run demo --`. `terminal` tells whether a person watches. */
export function parseOptions(args: readonly string[], terminal: boolean): DemoOptions {
  let keep = terminal;
  let perSecond = 60;
  for (const [index, argument] of args.entries()) {
    if (argument === '--keep') keep = true;
    else if (argument === '--no-keep') keep = false;
    else if (argument === '--rate') perSecond = Number(args[index + 1]);
    else if (args[index - 1] !== '--rate') {
      throw new LaurelError(
        'InvalidInput',
        `the demo does not know "${argument}"; it takes --keep, --no-keep and --rate REQUESTS_PER_SECOND.`,
      );
    }
  }
  if (!(perSecond > 0 && perSecond <= 1_000))
    throw new LaurelError('InvalidInput', '--rate must be a number of requests per second from 1 to 1000.');
  return { keep, perSecond, ports: demoPorts };
}
