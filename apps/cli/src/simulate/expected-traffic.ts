import { LaurelError } from '@laurel/contracts';
import type { ExpectedTraffic, ModelProject } from '@laurel/domain';
import type { Context } from '../context.js';
import { championOf, secondsOf, type TrafficOptions } from '../input/traffic-options.js';

/** A second of an endpoint's traffic, as the API tells it. */
interface TrafficPoint {
  readonly second: number;
  readonly arm: string;
  readonly requests: number;
}

/** Answers to users; copies for a shadow are none. */
const userArms: readonly string[] = ['champion', 'challenger', 'baseline', 'pinned'];

/** What the options say of the traffic, with this rate. Error: `InvalidInput`. */
export function trafficOf(options: TrafficOptions, requestsPerSecond: number): ExpectedTraffic {
  return {
    requestsPerSecond,
    labelled: options.labelled / 100,
    labelDelaySeconds: secondsOf(options.labelDelay),
    champion: championOf(options),
  };
}

/**
 * Requests a second of the project's endpoint: as the option says, else as the API has seen them in the last minutes.
 * Error: `InvalidInput` when neither tells.
 */
export async function rateOf(
  { api }: Pick<Context, 'api'>,
  project: ModelProject,
  { requestsPerSecond }: Pick<TrafficOptions, 'requestsPerSecond'>,
): Promise<number> {
  if (requestsPerSecond !== undefined) return requestsPerSecond;
  const { endpoint } = project.spec.serving;
  const unknown = (cause?: unknown) =>
    new LaurelError(
      'InvalidInput',
      `Nothing is known of the traffic of endpoint "${endpoint}"; name it with --requests-per-second.`,
      cause === undefined ? {} : { cause },
    );
  const answer = await api
    .find<{ readonly items: readonly TrafficPoint[] }>(`endpoints/${encodeURIComponent(endpoint)}/traffic`)
    .catch((error: unknown) => {
      throw unknown(error);
    });
  const rate = meanRate(answer?.items ?? []);
  if (rate === null) throw unknown();
  return rate;
}

/** Mean over the time from the first to the last second seen; `null` without any request. */
function meanRate(points: readonly TrafficPoint[]): number | null {
  const seen = points.filter(({ arm }) => userArms.includes(arm));
  const requests = seen.reduce((sum, point) => sum + point.requests, 0);
  if (requests === 0) return null;
  const seconds = seen.map(({ second }) => second);
  return Number((requests / (Math.max(...seconds) - Math.min(...seconds) + 1)).toPrecision(3));
}
