import { type SweepModel, type SweepState, type TrialOutcome, workflowIds } from '@laurel/contracts';
import type { ModelProject, TrainerParameters } from '@laurel/domain';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  ChildWorkflowCancellationType,
  ChildWorkflowFailure,
  ParentClosePolicy,
  startChild,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import { ending, sweeping } from '../activity-proxies.js';
import { codedFailure } from '../failures.js';
import { trial } from '../trial.workflow.js';
import type { RunningTrials } from './running-trials.js';

/** One trial from its parameters to its end; `null` when the sampler has no point left. */
export async function runTrial(
  input: SweepModel,
  state: SweepState,
  { number, running }: { readonly number: number; readonly running: RunningTrials },
): Promise<TrialOutcome | null> {
  const { project: model, runId: sweep, sweep: spec, folder } = input;
  const project = model.metadata.name;
  const asked = await sweeping.askTrial({ project, sweep, number, model, spec });
  if (asked.kind === 'exhausted') return null;
  if (asked.kind === 'ended') return asked.outcome;
  const tried = withParameters(model, asked.parameters);
  const followed = { trial: { project, sweep, number, runId: asked.runId }, model: tried, sweep: spec };
  const workflowId = workflowIds.trial(project, sweep, number);
  try {
    const started = await startChild(trial, {
      workflowId,
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      staticSummary: `trial ${number} of ${project}: ${JSON.stringify(asked.parameters)}`,
      args: [{ ...followed, folder, dataset: state.dataset, parts: state.parts }],
    });
    return await running.follow(started);
  } catch (error) {
    if (!isEndOfTrial(error) || CancellationScope.current().consideredCancelled) throw error;
    const message = `trial ${number} ended without saying how, as one does that is terminated by hand; see ${workflowId} in Temporal`;
    const failure = codedFailure(error) ?? { code: 'Cancelled', message };
    return ending.endTrial({ ...followed, result: { kind: 'failed', ...failure } });
  }
}

/** A trial broke, was ended by hand, or belongs to a former history of its sweep. */
function isEndOfTrial(error: unknown): boolean {
  return error instanceof ChildWorkflowFailure || error instanceof WorkflowExecutionAlreadyStartedError;
}

/** A trial has the project's parameters but for the searched ones, and no sweep of its own. */
function withParameters(model: ModelProject, parameters: TrainerParameters): ModelProject {
  const { training } = model.spec;
  const tried = { ...training, parameters: { ...training.parameters, ...parameters } };
  return { ...model, spec: { ...model.spec, training: tried, sweep: null } };
}
