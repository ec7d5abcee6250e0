import type { V1Job } from '@kubernetes/client-node';
import { LaurelError } from '@laurel/contracts';
import type { JobOutcome } from '@laurel/domain';
import { isConflict } from '../api/api-failures.js';
import type { Cluster } from '../api/cluster.js';
import { annotations } from '../names.js';
import { hasFailed, hasSucceeded, writtenOutcome } from '../state/attempt-end.js';

/** Stops every pod of a Job within a second, with their grace; the Job stays, with its outcome. */
const stopping = { activeDeadlineSeconds: 1 } as const;

/**
 * Writes an attempt's outcome into its Job, and stops the Job's pods if any are left to stop. Of several workers who judge
 * at once the first one's word stands: the outcome that is there in the end is returned.
 */
export async function writeOutcome(
  cluster: Cluster,
  job: V1Job,
  {
    outcome,
    checkpointStep,
    replace,
  }: {
    /** Of the Job as it is when the outcome is written; asked again when somebody else has changed it meanwhile. */
    readonly outcome: (current: V1Job) => JobOutcome | Promise<JobOutcome>;
    readonly checkpointStep: number | null;
    /** Whether an outcome that is there already is replaced, by one that knows more. */
    readonly replace: boolean;
  },
): Promise<JobOutcome> {
  const name = job.metadata?.name ?? '';
  for (let current: V1Job | undefined = job; current !== undefined; current = await cluster.readJob(name)) {
    const written = writtenOutcome(current);
    if (written !== undefined && !replace) return written;
    const decided = await outcome(current);
    try {
      const known = checkpointStep === null ? {} : { [annotations.checkpoint]: String(checkpointStep) };
      await cluster.patchJob(name, {
        metadata: {
          resourceVersion: current.metadata?.resourceVersion,
          annotations: { [annotations.outcome]: JSON.stringify(decided), ...known },
        },
        ...(hasFailed(current) || hasSucceeded(current) ? {} : { spec: stopping }),
      });
      return decided;
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }
  throw new LaurelError('NotFound', `Job ${name} was removed while it was judged; nothing is left to do for it.`);
}
