import type { AttemptInput, ProjectAttempt } from '@laurel/contracts';
import { type JobData, type JobSpec, milliseconds, pendingMilliseconds, resourcesOf } from '@laurel/domain';

/** Name of a run's job, the same for every attempt: starting twice attaches. */
export function jobName(run: { readonly project: string; readonly runId: string }): string {
  return `${run.project}-${run.runId}`;
}

/** What the launcher is told; made of the input alone, so that every worker tells the same of one attempt. */
export function jobSpec(input: AttemptInput, data: JobData): JobSpec {
  return { ...attemptSpec({ ...input, training: input.model.spec.training }), data };
}

/** A command of a project: no data, no model, and MLflow's own variables beside those that every job has. */
export function commandSpec(input: ProjectAttempt): JobSpec {
  const variables = { MLFLOW_EXPERIMENT_ID: input.experimentId };
  return { ...attemptSpec({ ...input, fence: 1 }), data: null, variables };
}

type Attempt = Pick<ProjectAttempt, 'folder' | 'history' | 'policy' | 'project' | 'runId' | 'training'>;

function attemptSpec(input: Attempt & { readonly fence: number }): Omit<JobSpec, 'data'> {
  const { history, policy, training } = input;
  return {
    name: jobName(input),
    attempt: history.attempt,
    project: input.project,
    runId: input.runId,
    command: training.command,
    workingDirectory: input.folder,
    image: training.image ?? null,
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
