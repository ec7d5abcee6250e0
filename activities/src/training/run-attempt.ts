import { type AttemptInput, type AttemptReport, isLaurelError } from '@laurel/contracts';
import { type Cost, hourlyPrice, type JobOutcome, type JobSpec, nextAttempt, type Prices, useOf } from '@laurel/domain';
import type { AttemptKey, RunAttempt } from '@laurel/ports';
import { Context } from '@temporalio/activity';
import type { ActivityPorts } from '../ports.js';
import { createReporter, type ReporterPorts } from './reporter.js';

/** What is charged to an attempt depends on these alone. */
type Charged = Pick<AttemptInput, 'history' | 'policy'>;

export type AttemptPorts = ReporterPorts & Pick<ActivityPorts, 'jobs'>;

/**
 * One attempt: starts it or attaches to it, follows it to its end and records it. The job is removed only when somebody
 * asked for it: a worker that shuts down leaves it running for the next one.
 */
export async function runAttempt(
  ports: AttemptPorts,
  input: Charged,
  { spec, prices }: { readonly spec: JobSpec; readonly prices: Prices | null },
): Promise<AttemptReport> {
  const context = Context.current();
  const key: AttemptKey = { runId: spec.runId, attempt: spec.attempt };
  await ports.jobs.ensure(spec);
  try {
    await ports.trainingRecords.beginAttempt({ ...key, ...billOf(spec, prices) });
    const outcome = await follow(ports, spec);
    return reportOf(outcome, await recordEnd(ports, { key, input, outcome }));
  } catch (error) {
    if (context.cancellationDetails?.cancelRequested) await ports.jobs.remove(spec.name);
    if (context.cancellationSignal.aborted) throw await context.cancelled;
    throw error;
  }
}

function billOf(spec: JobSpec, prices: Prices | null) {
  const { placement, resources, workers } = spec;
  const price: Cost | null = hourlyPrice({ placement, resources, workers }, prices);
  return { placement, use: useOf(resources, workers), price };
}

async function follow(ports: AttemptPorts, spec: JobSpec): Promise<JobOutcome> {
  const { cancellationSignal } = Context.current();
  const reporter = createReporter(ports, spec);
  try {
    for await (const progress of ports.jobs.watch(spec.name, cancellationSignal)) reporter.take(progress);
    cancellationSignal.throwIfAborted();
    await reporter.flush();
    return await outcomeOf(ports, spec.name);
  } finally {
    await reporter.stop();
  }
}

/** A job that went while it was watched was taken away by somebody: an end like any other, and no end of the run. */
async function outcomeOf({ jobs }: AttemptPorts, name: string): Promise<JobOutcome> {
  try {
    return await jobs.outcome(name);
  } catch (error) {
    if (!isLaurelError(error) || error.code !== 'NotFound') throw error;
    return { kind: 'ended', cause: 'killed', exitCode: null, message: 'the job was removed by somebody else' };
  }
}

/** The charge is decided here as the workflow will decide it: by the same function of the same history. */
async function recordEnd(
  ports: AttemptPorts,
  ended: { readonly key: AttemptKey; readonly input: Charged; readonly outcome: JobOutcome },
): Promise<RunAttempt> {
  const { key, input, outcome } = ended;
  if (outcome.kind === 'done') {
    return ports.trainingRecords.endAttempt(key, { cause: 'done', exitCode: 0, message: null, charged: false });
  }
  const { cause, exitCode, message } = outcome;
  const place = placeOf(await ports.trainingRecords.findAttempt(key));
  const { charged } = nextAttempt(input.history, { cause, message, ...place }, input.policy);
  return ports.trainingRecords.endAttempt(key, { cause, exitCode, message, charged });
}

function placeOf(stored: RunAttempt | undefined) {
  if (stored === undefined) return { step: 0, checkpointStep: null, ranMilliseconds: 0 };
  const { lastStep, checkpointStep, ranSeconds } = stored;
  return { step: lastStep, checkpointStep, ranMilliseconds: Math.round(1_000 * ranSeconds) };
}

/** What the workflow is told of an attempt; nothing of the attempt where none was recorded. */
export function reportOf(outcome: JobOutcome, stored: RunAttempt | undefined): AttemptReport {
  return { outcome, ...placeOf(stored), cost: stored?.cost ?? null };
}
