import { type ErrorCode, type JobActivities, type TrainInput } from '@laurel/contracts';
import {
  canonicalJson,
  type Digest,
  type JobOutcome,
  type JobProgress,
  type JobSpec,
  milliseconds,
} from '@laurel/domain';
import { ApplicationFailure, Context } from '@temporalio/activity';
import { findDataset } from '../data/data.activities.js';
import { trainerSchema } from '../data/features.js';
import { heartbeat } from '../heartbeat.js';
import type { ActivityPorts } from '../ports.js';
import { remember } from '../step-memory.js';

type Ports = Pick<ActivityPorts, 'code' | 'datasets' | 'jobs' | 'objects' | 'runs'>;

/** One supervised training job. It outlives the worker: another attempt attaches to it by name. */
export function jobActivities(ports: Ports): JobActivities {
  return {
    runTrainer: async (input) => {
      const { training } = input.model.spec;
      const dataset = await findDataset(ports, input.dataset);
      const schema = await ports.objects.put(Buffer.from(canonicalJson(trainerSchema(input.model, dataset.schema))));
      const code = await ports.code.describe(input.folder);
      const { command, parameters, seed } = training;
      const data = { train: input.parts.train.digest, validation: input.parts.validation.digest, schema };
      const inputs = { data, code: code.digest, command, parameters, seed };
      return remember(ports.runs, { name: 'train', context: input, inputs }, () => train(ports, input, data));
    },
  };
}

async function train(ports: Ports, input: TrainInput, data: JobSpec['data']): Promise<Digest> {
  const { training } = input.model.spec;
  for (let crashes = 0; ; ) {
    const outcome = await runOnce(ports, specOf(input, data, crashes));
    if (outcome.kind === 'done') return outcome.output;
    await ports.jobs.remove(jobName(input));
    if (outcome.kind === 'preempted') continue;
    crashes += 1;
    if (!isRetryable(outcome) || crashes >= training.retry.maximumAttempts) throw failureOf(outcome, crashes);
    Context.current().log.warn('the trainer ended early and is started again', { ...outcome, crashes });
  }
}

/** Deterministic, so that starting twice attaches. */
export function jobName(input: { readonly project: string; readonly runId: string }): string {
  return `${input.project}-${input.runId}`;
}

function specOf(input: TrainInput, data: JobSpec['data'], crashes: number): JobSpec {
  const { training } = input.model.spec;
  return {
    name: jobName(input),
    project: input.project,
    runId: input.runId,
    command: training.command,
    workingDirectory: input.folder,
    data,
    parameters: training.parameters,
    seed: training.seed,
    checkpointEvery: training.checkpoint.every,
    fence: input.fence + crashes,
    cpus: training.resources?.cpu ?? 1,
    deadlineMilliseconds: milliseconds(training.deadline),
    silenceMilliseconds: milliseconds(training.silence),
  };
}

/**
 * Starts or attaches, follows to the end, and hands progress to Temporal and the run's row. The job is removed only
 * when somebody asked for it: a worker that shuts down leaves it running for the next attempt.
 */
async function runOnce(ports: Ports, spec: JobSpec): Promise<JobOutcome> {
  const context = Context.current();
  await ports.jobs.ensure(spec);
  try {
    for await (const progress of ports.jobs.watch(spec.name, context.cancellationSignal))
      await report(ports, spec, progress);
    context.cancellationSignal.throwIfAborted();
    return await ports.jobs.outcome(spec.name);
  } catch (error) {
    if (context.cancellationDetails?.cancelRequested) await ports.jobs.remove(spec.name);
    if (context.cancellationSignal.aborted) throw await context.cancelled;
    throw error;
  }
}

async function report(ports: Ports, spec: JobSpec, progress: JobProgress): Promise<void> {
  heartbeat(progress);
  const { step, totalSteps, metrics } = progress;
  await ports.runs.update(spec.runId, { progress: { step, totalSteps, metrics } });
}

type Ended = Exclude<JobOutcome, { kind: 'done' | 'preempted' }>;

function isRetryable(outcome: Ended): boolean {
  return outcome.kind === 'hung' || outcome.retryable;
}

/** Says what happened in the table's own code, and is final whatever the table says: the attempts are spent. */
function failureOf(outcome: Ended, crashes: number): ApplicationFailure {
  const times = crashes > 1 ? ` (${crashes} times)` : '';
  const hung = outcome.kind === 'hung';
  const code: ErrorCode = hung ? 'TrainerHung' : (outcome.errorCode ?? 'TrainerFailed');
  const message = hung ? `the trainer hung${times}: ${outcome.message}` : `${outcome.message}${times}`;
  return ApplicationFailure.nonRetryable(message, code);
}
