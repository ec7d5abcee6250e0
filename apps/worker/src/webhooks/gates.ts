import { isLaurelError } from '@laurel/contracts';
import type { Gates, Seal, WebhookSender, Webhooks } from '@laurel/ports';

/** Gates over registered webhooks: the address must be one of theirs, and its secret signs. */
export function createGates(ports: {
  readonly webhooks: Pick<Webhooks, 'secretOf'>;
  readonly webhookSender: Pick<WebhookSender, 'send'>;
  readonly seal: Pick<Seal, 'open'>;
}): Gates {
  return {
    ask: async ({ url, ...question }) => {
      const sealed = await ports.webhooks.secretOf(url);
      if (sealed === undefined) return { kind: 'unknown' };
      try {
        return await ports.webhookSender.send({ ...question, url, secret: ports.seal.open(sealed) });
      } catch (error) {
        if (!isLaurelError(error)) throw error;
        return { kind: 'failed', reason: error.message };
      }
    },
  };
}
