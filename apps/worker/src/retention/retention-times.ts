import { environment } from '@laurel/contracts';
import { parseDuration } from '@laurel/domain';

/** How long is kept what only grows, in milliseconds. Evidence, approvals and the registry are kept for ever. */
export interface RetentionTimes {
  readonly audit: number;
  /** Events for those who watch, deliveries to webhooks that ended, answers to an `Idempotency-Key`. */
  readonly events: number;
  /** What serving processes told of the traffic of rollouts that have ended. */
  readonly traffic: number;
  /** Truths of predictions: as long as the prediction log, which they belong to. */
  readonly feedback: number;
  /** Of the folder of a local trainer that ended, more than its log. */
  readonly jobs: number;
}

interface Limits {
  readonly variable: string;
  readonly usual: string;
  readonly least: string;
}

/**
 * The audit log keeps thirteen months; six are what the European AI Act asks of those who deploy (Art. 26(6)). Events
 * outlive the three days for which a delivery is tried, traffic the longest usual look back at a rollout, and the
 * folder of a trainer the day in which its result is surely read.
 */
const limits: { readonly [kind in keyof RetentionTimes]: Limits } = {
  audit: { variable: environment.auditRetention, usual: '395d', least: '184d' },
  events: { variable: environment.eventRetention, usual: '30d', least: '4d' },
  traffic: { variable: environment.trafficRetention, usual: '90d', least: '1d' },
  feedback: { variable: environment.predictionLogRetention, usual: '397d', least: '1d' },
  jobs: { variable: environment.jobRetention, usual: '30d', least: '1d' },
};

/** Reads the times; what is wrong is added to `problems`. */
export function parseRetention(env: Readonly<Record<string, string | undefined>>, problems: string[]): RetentionTimes {
  const parse = ({ variable, usual, least }: Limits): number => {
    const text = env[variable];
    const given = parseDuration(text || usual) ?? 0;
    if (given < (parseDuration(least) ?? 0)) {
      problems.push(`${variable} is "${text}" (a duration of at least ${least}, such as ${usual})`);
    }
    return given;
  };
  return {
    audit: parse(limits.audit),
    events: parse(limits.events),
    traffic: parse(limits.traffic),
    feedback: parse(limits.feedback),
    jobs: parse(limits.jobs),
  };
}
