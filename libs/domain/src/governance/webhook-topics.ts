/** What a webhook may be told of. */
export const webhookTopics = ['run', 'gate', 'approval', 'promotion', 'rollback', 'drift', 'audit'] as const;
export type WebhookTopic = (typeof webhookTopics)[number];

const topics: { readonly [type: string]: WebhookTopic } = {
  'run.started': 'run',
  'run.ended': 'run',
  'version.registered': 'gate',
  'rollout.started': 'promotion',
  'champion.crowned': 'promotion',
  'promotion.refused': 'promotion',
  'champion.rolledBack': 'rollback',
};

/** The topic of a platform event; `undefined` for one that no webhook is told of. */
export function webhookTopicOf(event: { readonly type: string; readonly detail: unknown }): WebhookTopic | undefined {
  const { type } = event;
  if (Object.hasOwn(topics, type)) return topics[type];
  if (type === 'rollout.ended') return outcomeIn(event.detail) === 'promoted' ? 'promotion' : 'rollback';
  const family = type.split('.', 1)[0];
  return family === 'approval' || family === 'drift' || family === 'audit' ? family : undefined;
}

function outcomeIn(detail: unknown): unknown {
  return typeof detail === 'object' && detail !== null && 'outcome' in detail ? detail.outcome : undefined;
}

const firstMilliseconds = 1_000;
const longestMilliseconds = 600_000;

/** How long a receiver has to come back before an event is given up. */
export const deliveryPatienceMilliseconds = 3 * 86_400_000;

/** Milliseconds until the next try, after `attempts` of them: twice as long each time, at most ten minutes. */
export function deliveryPause(attempts: number): number {
  return Math.min(longestMilliseconds, firstMilliseconds * 2 ** Math.max(0, attempts - 1));
}
