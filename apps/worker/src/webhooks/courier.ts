import { isLaurelError } from '@laurel/contracts';
import { deliveryPatienceMilliseconds, deliveryPause } from '@laurel/domain';
import type { DeliveryResult, DueDelivery, Seal, WebhookAnswer, WebhookSender, Webhooks } from '@laurel/ports';
import type { Logger } from '@laurel/telemetry';

/** What the courier reads and writes. */
export interface CourierPorts {
  readonly webhooks: Webhooks;
  readonly webhookSender: WebhookSender;
  readonly seal: Pick<Seal, 'open'>;
}

const eventsAtOnce = 500;
/** Tries of one receiver that run at once: a slow one holds up nobody else. */
const triesPerReceiver = 4;
/** Longer than any try takes, so that nobody else tries meanwhile. */
const claimMilliseconds = 30_000;

/**
 * Takes events to their receivers: in order per subject, each until it is answered with 2xx, under an id that stays the
 * same. A pass starts tries and waits for none; `close` waits for those that run.
 */
export function createCourier(ports: CourierPorts, log: Logger): { pass(): Promise<void>; close(): Promise<void> } {
  const running = new Map<string, Promise<void>>();
  const tries = new Map<string, number>();
  const closing = new AbortController();

  const follow = async (first: DueDelivery): Promise<void> => {
    for (let due: DueDelivery | undefined = first; due !== undefined && !closing.signal.aborted; ) {
      if (!(await deliver(ports, due, log))) return;
      due = (await ports.webhooks.due(1, due))[0];
    }
  };
  const start = (due: DueDelivery) => {
    const line = `${due.webhook}/${due.subject}`;
    const inUse = tries.get(due.webhook) ?? 0;
    if (running.has(line) || inUse >= triesPerReceiver) return;
    tries.set(due.webhook, inUse + 1);
    const ended = follow(due)
      .catch((error: unknown) => log.error({ error, webhook: due.webhook }, 'a delivery could not be carried out'))
      .finally(() => {
        running.delete(line);
        tries.set(due.webhook, (tries.get(due.webhook) ?? 1) - 1);
      });
    running.set(line, ended);
  };
  return {
    pass: async () => {
      while ((await ports.webhooks.plan(eventsAtOnce)) >= eventsAtOnce);
      for (const due of await ports.webhooks.due(triesPerReceiver)) start(due);
    },
    close: async () => {
      closing.abort();
      await Promise.all(running.values());
    },
  };
}

/** Tries once; true when the receiver took it. */
async function deliver(ports: CourierPorts, due: DueDelivery, log: Logger): Promise<boolean> {
  const { webhooks } = ports;
  const { id } = due;
  const attempts = await webhooks.claim(id, claimMilliseconds);
  if (attempts === undefined) return false;
  const answer = await send(ports, due);
  const result = resultOf(answer, { attempts, ageMilliseconds: due.ageMilliseconds });
  await webhooks.settle(id, result);
  if (!result.delivered) {
    const { status, error, pauseMilliseconds } = result;
    log.warn({ delivery: id, webhook: due.webhook, attempts, status, error, pauseMilliseconds }, 'a delivery failed');
  }
  return result.delivered;
}

/** A secret that does not open is a try that failed: its receiver's list says so, and it is given up in the end. */
async function send(
  { webhookSender, seal }: CourierPorts,
  { id, url, body, sealedSecret }: DueDelivery,
): Promise<WebhookAnswer> {
  let secret: string;
  try {
    secret = seal.open(sealedSecret);
  } catch (error) {
    if (!isLaurelError(error)) throw error;
    return { kind: 'failed', reason: error.message };
  }
  return webhookSender.send({ id, url, body, secret });
}

function resultOf(
  answer: WebhookAnswer,
  { attempts, ageMilliseconds }: { readonly attempts: number; readonly ageMilliseconds: number },
): DeliveryResult {
  const status = answer.kind === 'answered' ? answer.status : null;
  if (status !== null && status >= 200 && status < 300) {
    return { delivered: true, status, error: null, pauseMilliseconds: null };
  }
  const error = answer.kind === 'failed' ? answer.reason : `answered ${answer.status}`;
  const spent = ageMilliseconds >= deliveryPatienceMilliseconds;
  return { delivered: false, status, error, pauseMilliseconds: spent ? null : deliveryPause(attempts) };
}
