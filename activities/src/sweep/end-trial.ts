import type { EndTrial, TrialOutcome, TrialRef } from '@laurel/contracts';
import { type Study, studyOf, type Trial, type TrialResult } from '@laurel/domain';
import type { RunChange } from '@laurel/ports';
import type { ActivityPorts } from '../ports.js';
import { statusOfFailure } from '../training/run.activities.js';

type Ports = Pick<ActivityPorts, 'runs' | 'sampler' | 'sweeps' | 'trainingRecords'>;

/** Begins the run of a trial, nested in that of its sweep; once. */
export function beginTrial({ runs }: Pick<Ports, 'runs'>, { project, sweep, number, runId }: TrialRef): Promise<void> {
  const work = { kind: 'trial', parent: sweep, number } as const;
  return runs.begin({ runId, project, trigger: `sweep/${sweep}`, work });
}

/** The row first, which decides for good how the trial ended; then whoever else must know. */
export async function endTrial(ports: Ports, { trial, sweep, model, result }: EndTrial): Promise<TrialOutcome> {
  const { runId, number } = trial;
  const used = { steps: await stepsOf(ports, runId), gpuMilliseconds: await gpuMillisecondsOf(ports, runId) };
  const ended = await ports.sweeps.endTrial(trial, { result, ...used });
  const outcome = outcomeOf(ended);
  // A trial that was terminated in its first moments has not begun its run.
  await beginTrial(ports, trial);
  await ports.runs.update(runId, changeOf(outcome.result));
  const study = studyOf(trial.sweep, sweep, model.spec.training.parameters);
  await ports.sampler.tell(study, { number, result: outcome.result });
  if (ended.state === 'complete') await noteImportance(ports, study, sweep.objectives);
  return outcome;
}

async function stepsOf({ runs }: Ports, runId: string): Promise<number> {
  return (await runs.find(runId))?.progress?.step ?? 0;
}

async function gpuMillisecondsOf({ trainingRecords }: Ports, runId: string): Promise<number> {
  const { items } = await trainingRecords.listAttempts(runId, { size: 1_000, token: null });
  return Math.round(1_000 * items.reduce((sum, { gpuSeconds }) => sum + gpuSeconds, 0));
}

async function noteImportance(
  { sampler, sweeps }: Ports,
  study: Study,
  objectives: EndTrial['sweep']['objectives'],
): Promise<void> {
  const shares = await sampler.importance(study);
  if (shares.length === 0) return;
  const importance = objectives.map(({ metric }, index) => ({ objective: metric, shares: shares[index] ?? [] }));
  await sweeps.update(study.name, { importance });
}

/** How an ended trial ended, from its row. */
export function outcomeOf(trial: Trial): TrialOutcome {
  const { steps, gpuMilliseconds } = trial;
  return { result: resultOf(trial), steps, gpuMilliseconds };
}

function resultOf({ state, values, package: digest, code, message }: Trial): TrialResult {
  if (state === 'complete' && values !== null && digest !== null) return { kind: state, values, package: digest };
  if (state === 'pruned') return { kind: state, reason: message ?? '' };
  if (state === 'failed') return { kind: state, code: code ?? 'Internal', message: message ?? '' };
  return { kind: 'cancelled' };
}

function changeOf(result: TrialResult): RunChange {
  if (result.kind === 'complete') return { status: 'finished', code: null, message: null, ended: true };
  if (result.kind === 'pruned') return { status: 'pruned', message: result.reason, ended: true };
  if (result.kind === 'cancelled') return { status: 'cancelled', ended: true };
  const { code, message } = result;
  return { status: statusOfFailure(code), code, message, ended: true };
}
