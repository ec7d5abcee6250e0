import { LaurelError } from '@laurel/contracts';
import type { EndpointAnswer, RolloutView } from '@laurel/contracts/schemas';
import type { Context } from '../context.js';
import { trafficText } from '../views/endpoints.js';
import { stepText } from '../views/rollout-step.js';
import { poll } from './poll.js';

/** Follows a rollout to its end. Error: `CanaryRejected` with the cause when it did not end in promotion. */
export async function followRollout(
  { api, printer }: Context,
  { id, endpoint, incarnation }: Pick<RolloutView, 'id' | 'endpoint' | 'incarnation'>,
): Promise<RolloutView> {
  let shown = '';
  const ended = await poll(async () => {
    const rollout = await api.get<RolloutView>(`endpoints/${endpoint}/rollouts/${incarnation}`);
    const view = await api.find<EndpointAnswer>(`endpoints/${endpoint}`);
    const traffic = view?.split == null ? 'no traffic yet' : trafficText(view.split);
    const asking = rollout.status === 'running' && stepText(rollout).includes('waiting for approval');
    const paused = rollout.hold === null ? '' : `, paused by ${rollout.hold.by} (${rollout.hold.reason})`;
    const text = `rollout ${id}: ${stepText(rollout)}${paused} | ${asking ? `run laurel approve ${id}` : traffic}`;
    if (text !== shown) printer.progress(text);
    shown = text;
    return rollout.status === 'running' ? undefined : rollout;
  });
  printer.settle();
  if (ended.status === 'promoted') return ended;
  throw new LaurelError(
    'CanaryRejected',
    `Rollout ${id} ended as ${ended.status}${ended.cause === null ? '' : ` (${ended.cause})`}; see laurel describe rollout ${id}.`,
  );
}
