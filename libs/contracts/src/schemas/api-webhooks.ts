import { webhookTopics } from '@laurel/domain';
import { z } from 'zod';
import { timestamp } from './api-common.js';

const topics = z.array(z.enum(webhookTopics)).min(1).max(webhookTopics.length);

/** A UUID, as lists of webhooks show it. */
export const webhookParameter = z
  .string()
  .regex(/^[0-9a-f-]{36}$/, 'must be the id of a webhook, as laurel webhook list shows it');

export const registerWebhookBody = z
  .strictObject({
    url: z.string().min(1).max(2_000).meta({ description: 'https:// or http://, without user and fragment.' }),
    topics: topics.default([...webhookTopics]),
    secret: z
      .string()
      .regex(/^[\x21-\x7e]{16,200}$/, 'must be 16 to 200 visible ASCII characters')
      .meta({ description: 'Signs every delivery; it is kept sealed and never shown.' }),
  })
  .meta({ id: 'RegisterWebhook' });
export type RegisterWebhookBody = z.infer<typeof registerWebhookBody>;

export const webhookView = z
  .object({ id: z.string(), url: z.string(), topics, createdAt: timestamp, createdBy: z.string() })
  .meta({ id: 'Webhook' });
export type WebhookView = z.infer<typeof webhookView>;

export const webhookDeliveryView = z
  .object({
    id: z.string(),
    webhook: z.string(),
    event: z.number().int(),
    type: z.string(),
    subject: z.string(),
    state: z.enum(['pending', 'delivered', 'failed']),
    attempts: z.number().int(),
    lastStatus: z.number().int().nullable(),
    lastError: z.string().nullable(),
    createdAt: timestamp,
    nextAt: timestamp,
    deliveredAt: timestamp.nullable(),
  })
  .meta({ id: 'WebhookDelivery', description: 'One event for one receiver; the id is the same at every try.' });
export type WebhookDeliveryView = z.infer<typeof webhookDeliveryView>;

export const redeliverBody = z
  .strictObject({
    event: z.number().int().min(1).optional().meta({
      description: 'Number of the event; without it, every delivery to the receiver that was given up.',
    }),
  })
  .default({})
  .meta({ id: 'Redeliver' });
export type RedeliverBody = z.infer<typeof redeliverBody>;

export const webhookRedelivered = z
  .object({ redelivered: z.number().int() })
  .meta({ id: 'WebhookRedelivered', description: 'How many deliveries are tried again, each under its old id.' });
export type WebhookRedelivered = z.infer<typeof webhookRedelivered>;

export const webhookTested = z.object({ event: z.number().int() }).meta({ id: 'WebhookTested' });
export type WebhookTested = z.infer<typeof webhookTested>;
