import { LaurelError } from '@laurel/contracts';
import type { LifecycleStage } from '@laurel/ports';

const beyondBigint = /^[+-]?\d{19,}$/;

/** Ids of experiments are integers written as texts. Error: `InvalidInput`. */
export function experimentNumber(experimentId: string): string {
  if (/^\s*[+-]?\d+\s*$/.test(experimentId) && !beyondBigint.test(experimentId.trim())) return experimentId.trim();
  throw new LaurelError(
    'InvalidInput',
    `Invalid experiment ID '${experimentId.slice(0, 100)}'. Experiment ID must be a valid integer.`,
  );
}

export function noExperiment(experimentId: string): LaurelError {
  return new LaurelError('NotFound', `No Experiment with id=${experimentId} exists`);
}

export function noRun(runId: string): LaurelError {
  return new LaurelError('NotFound', `Run with id=${runId.slice(0, 260)} not found`);
}

/** Throws unless the run is there and active. */
export function demandActiveRun(runId: string, stage: LifecycleStage | undefined): void {
  if (stage === undefined) throw noRun(runId);
  if (stage !== 'active') throw notActive('run', runId, stage);
}

/** Throws unless the experiment is there and active. */
export function demandActiveExperiment(experimentId: string, stage: LifecycleStage | undefined): void {
  if (stage === undefined) throw noExperiment(experimentId);
  if (stage !== 'active') throw notActive('experiment', experimentId, stage);
}

function notActive(what: string, id: string, stage: LifecycleStage): LaurelError {
  return new LaurelError('InvalidInput', `The ${what} ${id} must be in the 'active' state. Current state is ${stage}.`);
}
