import type {
  EndpointState,
  PromotionAccepted,
  PromotionOutcome,
  PromotionRequest,
  QueuedPromotion,
} from '@laurel/contracts';
import { workflowIds } from '@laurel/contracts';

/** Accepted requests an entity remembers, so that one asked again is answered and not repeated. */
const remembered = 50;

/** The state of an endpoint of which nothing is known yet. */
export function newEndpoint(endpoint: string): EndpointState {
  return { schema: 1, endpoint, incarnation: 0, queue: [], current: null, needsOperator: null, recent: [] };
}

/** Why a promotion may not be accepted, in one sentence; `undefined` when it may. */
export function whyRefused(state: EndpointState, request: PromotionRequest): string | undefined {
  if (state.recent.some(({ requestId }) => requestId === request.requestId)) return undefined;
  if (state.needsOperator !== null) {
    return `endpoint ${state.endpoint} waits for an operator (${state.needsOperator}); mend it and run laurel endpoint clear`;
  }
  const same = [state.current, ...state.queue].find((busy) => busy?.challenger.digest === request.challenger.digest);
  if (same)
    return `version ${request.challenger.version} is already in rollout ${same.incarnation} of ${state.endpoint}`;
  return undefined;
}

/** Accepts a request once: the second time it gives the first answer. */
export function accept(
  state: EndpointState,
  request: PromotionRequest,
): { state: EndpointState; accepted: PromotionAccepted } {
  const known = state.recent.find(({ requestId }) => requestId === request.requestId);
  const incarnation = known?.incarnation ?? state.incarnation + 1;
  const accepted = {
    requestId: request.requestId,
    incarnation,
    workflowId: workflowIds.rollout(state.endpoint, incarnation),
  };
  if (known) return { state, accepted };
  const queued: QueuedPromotion = { ...request, incarnation };
  const recent = [...state.recent, { requestId: request.requestId, incarnation }].slice(-remembered);
  return { state: { ...state, incarnation, queue: [...state.queue, queued], recent }, accepted };
}

/** Takes the next request out of the queue. */
export function begin(state: EndpointState, next: QueuedPromotion): EndpointState {
  return { ...state, current: next, queue: state.queue.filter(({ incarnation }) => incarnation !== next.incarnation) };
}

/** The newest waiting request that turns the current rollout back instead of waiting for it; `undefined`: none does. */
export function overtaking({ current, queue }: EndpointState): QueuedPromotion | undefined {
  if (current === null) return undefined;
  return queue.findLast(
    ({ plan, challenger }) => plan.onNewVersion === 'supersede' && challenger.version > current.challenger.version,
  );
}

/** Ends the current rollout; an outcome that needs a person stops further promotions. */
export function settle(state: EndpointState, outcome: PromotionOutcome): EndpointState {
  const needsOperator = outcome.kind === 'needsOperator' ? (outcome.cause ?? 'an undo failed') : state.needsOperator;
  return { ...state, current: null, needsOperator };
}
