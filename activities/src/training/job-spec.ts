import type { AttemptInput } from '@laurel/contracts';
import { type JobSpec, milliseconds, pendingMilliseconds, resourcesOf } from '@laurel/domain';

/** Name of a run's job, the same for every attempt: starting twice attaches. */
export function jobName(run: { readonly project: string; readonly runId: string }): string {
  return `${run.project}-${run.runId}`;
}

/** What the launcher is told; made of the input alone, so that every worker tells the same of one attempt. */
export function jobSpec(input: AttemptInput, data: JobSpec['data']): JobSpec {
  const { training } = input.model.spec;
  const { history, policy } = input;
  return {
    name: jobName(input),
    attempt: history.attempt,
    project: input.project,
    runId: input.runId,
    command: training.command,
    workingDirectory: input.folder,
    image: training.image ?? null,
    data,
    parameters: training.parameters,
    seed: training.seed,
    fence: input.fence + history.attempt - 1,
    workers: training.workers ?? 1,
    resources: resourcesOf(training),
    placement: history.placement,
    checkpointEvery: training.checkpoint.every,
    deadlineMilliseconds: Math.max(1, policy.deadlineMilliseconds - history.ranMilliseconds),
    silenceMilliseconds: milliseconds(training.silence),
    pendingMilliseconds: pendingMilliseconds(training),
  };
}
