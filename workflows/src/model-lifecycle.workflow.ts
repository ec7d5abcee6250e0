import {
  type ModelLifecycleState,
  modelState,
  searchAttributes,
  type TrainingOutcome,
  type TriggerEvent,
  triggerFired,
  workflowIds,
} from '@laurel/contracts';
import { admit, type ModelProject, milliseconds, planOf } from '@laurel/domain';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  allHandlersFinished,
  ChildWorkflowFailure,
  condition,
  continueAsNew,
  executeChild,
  isCancellation,
  log,
  ParentClosePolicy,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import { reading, writing } from './activity-proxies.js';
import { codedFailure } from './failures.js';
import { shouldRollOver } from './roll-over.js';
import { trainModel } from './train-model.workflow.js';

/** Keys of ended events that an entity remembers; an older copy still meets its training's own id. */
const remembered = 100;

/** The entity of one model: takes triggers one after another, each into one training and, if it passes, one rollout request. */
export async function modelLifecycle(initial: ModelLifecycleState): Promise<void> {
  let state = initial;
  setHandler(modelState, () => state);
  setHandler(triggerFired, (event) => {
    if (!isKnown(state, event)) state = { ...state, queue: [...state.queue, event] };
  });

  for (;;) {
    show(state);
    await condition(() => state.queue.length > 0 || shouldRollOver());
    if (state.queue.length > 0) {
      const stored = await readProject(state.project);
      const event = await nextEvent(() => state, stored?.model);
      state = { ...state, current: event, queue: state.queue.filter(({ key }) => key !== event.key) };
      show(state);
      if (stored !== undefined) await deliver(event, stored);
      const recent = [...state.recent, event.key].slice(-remembered);
      state = { ...state, current: null, recent, lastEndedAt: Date.now(), trained: state.trained + 1 };
    }
    if (shouldRollOver()) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof modelLifecycle>(state);
    }
  }
}

function isKnown(state: ModelLifecycleState, event: TriggerEvent): boolean {
  return (
    state.current?.key === event.key ||
    state.recent.includes(event.key) ||
    state.queue.some(({ key }) => key === event.key)
  );
}

type Stored = { readonly model: ModelProject; readonly folder: string };

async function readProject(project: string): Promise<Stored | undefined> {
  try {
    return await reading.readProject({ project });
  } catch (error) {
    const failure = codedFailure(error);
    if (failure === undefined) throw error;
    log.error('the trigger is dropped because its project cannot be read', { project, ...failure });
    return undefined;
  }
}

/** The oldest event that may start now; one made by hand does not wait for the cooldown. */
async function nextEvent(read: () => ModelLifecycleState, model: ModelProject | undefined): Promise<TriggerEvent> {
  const cooldown = model === undefined ? 0 : milliseconds(model.spec.cooldown);
  for (;;) {
    const { queue, lastEndedAt } = read();
    const event = queue.find(({ kind }) => kind === 'manual') ?? queue[0];
    if (event === undefined) throw new Error('nextEvent needs a queued event');
    const admission = admit({ lastEndedAt, kind: event.kind, now: Date.now(), cooldownMilliseconds: cooldown });
    if (admission.kind === 'start') return event;
    await condition(() => read().queue.some(({ kind }) => kind === 'manual'), admission.milliseconds);
  }
}

/** Trains, and asks for a rollout when the gates passed. A failure here is stored with the run; the entity lives on. */
async function deliver(event: TriggerEvent, stored: Stored): Promise<void> {
  const { model, folder } = stored;
  try {
    const outcome = await train(event, stored);
    if (outcome.kind !== 'registered' || !outcome.gatesPassed || !event.rollOut) return;
    await writing.requestRollout({
      requestId: event.runId,
      endpoint: model.spec.serving.endpoint,
      project: model.metadata.name,
      challenger: outcome.version,
      plan: planOf(model.spec),
      requestedBy: event.requestedBy,
    });
  } catch (error) {
    const cancelled = error instanceof ChildWorkflowFailure && isCancellation(error);
    const repeated = error instanceof WorkflowExecutionAlreadyStartedError;
    if (!cancelled && !repeated && codedFailure(error) === undefined) throw error;
    log.warn('the delivery ended early', { run: event.runId, folder, error });
  }
}

function train(event: TriggerEvent, { model, folder }: Stored): Promise<TrainingOutcome> {
  const repeating = event.rerun === undefined ? {} : { rerun: event.rerun };
  return executeChild(trainModel, {
    workflowId: workflowIds.train(model.metadata.name, event.runId),
    workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
    parentClosePolicy: ParentClosePolicy.ABANDON,
    staticSummary: `train ${model.metadata.name} (${event.kind})`,
    args: [
      {
        project: model,
        folder,
        runId: event.runId,
        from: event.from ?? null,
        trigger: event.key,
        fence: 1,
        ...repeating,
      },
    ],
  });
}

function show(state: ModelLifecycleState): void {
  const phase = state.current === null ? 'idle' : 'training';
  setCurrentDetails(`**${state.project}**: ${phase}, ${state.queue.length} waiting, ${state.trained} trained`);
  upsertSearchAttributes([
    { key: searchAttributes.project, value: state.project },
    { key: searchAttributes.phase, value: phase },
  ]);
}
