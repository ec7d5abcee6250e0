import type { V1Job } from '@kubernetes/client-node';
import type { JobSpec } from '@laurel/domain';
import { annotations } from '../names.js';

/** What a launcher must know of the spec when it attaches to a Job that another one started. */
export type AttemptLimits = Pick<
  JobSpec,
  'attempt' | 'deadlineMilliseconds' | 'pendingMilliseconds' | 'silenceMilliseconds' | 'workers'
>;

export function writeLimits(limits: AttemptLimits): string {
  return JSON.stringify(limits);
}

/** The limits of a Job that Laurel made; `undefined` for any other. */
export function limitsIn(job: V1Job): AttemptLimits | undefined {
  const text = job.metadata?.annotations?.[annotations.limits];
  if (text === undefined) return undefined;
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === 'object' && found !== null && 'attempt' in found ? (found as AttemptLimits) : undefined;
  } catch {
    return undefined;
  }
}
