import {
  clearEndpoint,
  type EndpointState,
  endpointState,
  operatorOrdered,
  orderRollout,
  type PromotionOutcome,
  type QueuedPromotion,
  requestPromotion,
  rollBackEndpoint,
  rolloutSuperseded,
  searchAttributes,
  workflowIds,
} from '@laurel/contracts';
import {
  ApplicationFailure,
  allHandlersFinished,
  ChildWorkflowFailure,
  type ChildWorkflowHandle,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  isCancellation,
  log,
  ParentClosePolicy,
  setCurrentDetails,
  setHandler,
  startChild,
  upsertSearchAttributes,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import { reading, untiring } from './activity-proxies.js';
import { accept, begin, newEndpoint, overtaking, settle, whyRefused } from './endpoint-state.js';
import { codedFailure } from './failures.js';
import { promoteModel } from './promote-model.workflow.js';
import { shouldRollOver } from './roll-over.js';

/** The entity of one endpoint: the lock, the fence and the queue of everything that changes who serves. */
export async function endpoint(initial: Pick<EndpointState, 'endpoint'> & Partial<EndpointState>): Promise<void> {
  let state: EndpointState = { ...newEndpoint(initial.endpoint), ...initial };
  let known = state.incarnation > 0;
  let rollingBack = false;

  setHandler(endpointState, () => state);
  setHandler(
    requestPromotion,
    async (request) => {
      await condition(() => known);
      const result = accept(state, request);
      state = result.state;
      return result.accepted;
    },
    {
      validator: (request) => {
        const refusal = whyRefused(state, request);
        if (refusal !== undefined) throw conflict(refusal);
      },
    },
  );
  setHandler(orderRollout, async (order) => {
    if (state.current === null)
      throw conflict(`endpoint ${state.endpoint} has no rollout in progress; see laurel get rollouts`);
    const { incarnation } = state.current;
    await getExternalWorkflowHandle(workflowIds.rollout(state.endpoint, incarnation)).signal(operatorOrdered, order);
    return { incarnation };
  });
  setHandler(rollBackEndpoint, async (order) => {
    await condition(() => known && state.current === null && !rollingBack);
    rollingBack = true;
    state = { ...state, incarnation: state.incarnation + 1 };
    try {
      const { by, reason } = order;
      const restored = await untiring.rollBackChampion({
        endpoint: state.endpoint,
        incarnation: state.incarnation,
        by,
        reason,
      });
      return { restored };
    } finally {
      rollingBack = false;
    }
  });
  setHandler(clearEndpoint, () => {
    const cleared = state.needsOperator !== null;
    state = { ...state, needsOperator: null };
    return { cleared };
  });

  if (!known) {
    const fence = await reading.readFence({ endpoint: state.endpoint });
    state = { ...state, incarnation: Math.max(state.incarnation, fence) };
    known = true;
  }
  for (;;) {
    show(state);
    await condition(() => (state.queue.length > 0 && !rollingBack) || shouldRollOver());
    const next = state.queue[0];
    if (next !== undefined && !rollingBack) {
      state = begin(state, next);
      show(state);
      const outcome = await runRollout(next, () => state);
      state = settle(state, outcome);
    }
    if (shouldRollOver()) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof endpoint>(state);
    }
  }
}

function conflict(message: string): ApplicationFailure {
  return ApplicationFailure.create({ type: 'Conflict', message, nonRetryable: true });
}

/** Runs one rollout as a child; whatever happens to it, the entity lives on. */
async function runRollout(next: QueuedPromotion, now: () => EndpointState): Promise<PromotionOutcome> {
  const name = now().endpoint;
  try {
    const child = await startChild(promoteModel, {
      workflowId: workflowIds.rollout(name, next.incarnation),
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `v${next.challenger.version} of ${next.project} to ${name}`,
      args: [{ endpoint: name, ...next }],
    });
    return await endOf(child, () => overtaking(now()));
  } catch (error) {
    if (!(error instanceof ChildWorkflowFailure)) throw error;
    if (isCancellation(error)) return { kind: 'aborted', cause: 'cancelled', evidenceId: null };
    const failure = codedFailure(error);
    const lost = error.cause?.name === 'TerminatedFailure';
    if (lost) return { kind: 'aborted', cause: 'terminated; the reconciler restores the endpoint', evidenceId: null };
    return { kind: 'needsOperator', cause: failure?.message ?? error.message, evidenceId: null };
  }
}

/** The outcome of a rollout, which is told once when a newer version does not wait for it. */
async function endOf(
  child: ChildWorkflowHandle<typeof promoteModel>,
  overtaker: () => QueuedPromotion | undefined,
): Promise<PromotionOutcome> {
  let ended = false;
  const outcome = child.result().finally(() => void (ended = true));
  await Promise.race([outcome, condition(() => ended || overtaker() !== undefined)]);
  const newer = ended ? undefined : overtaker();
  if (newer !== undefined) {
    const { incarnation, challenger } = newer;
    await child.signal(rolloutSuperseded, { version: challenger.version, incarnation }).catch((error: unknown) => {
      log.warn('a rollout ended before it could be told of a newer version', { workflowId: child.workflowId, error });
    });
  }
  return outcome;
}

function show(state: EndpointState): void {
  const phase = state.needsOperator !== null ? 'needsOperator' : state.current === null ? 'idle' : 'rollout';
  setCurrentDetails(
    `**${state.endpoint}**: ${phase}, ${state.queue.length} waiting, last rollout ${state.incarnation}`,
  );
  upsertSearchAttributes([
    { key: searchAttributes.endpoint, value: state.endpoint },
    { key: searchAttributes.phase, value: phase },
  ]);
}
