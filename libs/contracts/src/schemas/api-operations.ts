import { z } from 'zod';
import { timestamp } from './api-common.js';

const truth = z.union([z.string().max(1000), z.number(), z.boolean()]);

const feedbackItem = z
  .strictObject({
    predictionId: z.string().min(1).max(100),
    label: truth.optional().meta({ description: 'The true class.' }),
    value: z.number().optional().meta({ description: 'The true number of a regression.' }),
    at: z.iso.datetime({ offset: true }).optional(),
    source: z.string().min(1).max(200).default('api'),
  })
  .refine((item) => (item.label === undefined) !== (item.value === undefined), {
    message: 'give either label or value',
    path: ['label'],
  })
  .meta({ id: 'FeedbackItem' });

/** The truth about predictions: one, or at most 1,000 at once. */
export const feedbackBody = z
  .union([z.strictObject({ items: z.array(feedbackItem).min(1).max(1000) }), feedbackItem])
  .meta({ id: 'Feedback' });
export type FeedbackBody = z.infer<typeof feedbackBody>;

export const feedbackCounts = z
  .object({ accepted: z.number().int(), repeated: z.number().int(), contradicted: z.number().int() })
  .meta({ id: 'FeedbackCounts', description: 'The first label of a prediction counts; later ones are counted here.' });
export type FeedbackCounts = z.infer<typeof feedbackCounts>;

export const eventsQuery = z.object({
  after: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});

export const eventView = z
  .object({ id: z.number().int(), at: timestamp, type: z.string(), subject: z.string(), detail: z.unknown() })
  .meta({ id: 'PlatformEvent' });
export type EventView = z.infer<typeof eventView>;

export const eventList = z
  .object({ items: z.array(eventView), after: z.number().int() })
  .meta({ id: 'EventList', description: 'Events in order; ask again with `after` for what came since.' });

export const auditEvent = z
  .object({
    sequence: z.number().int(),
    at: timestamp,
    actor: z.string(),
    action: z.string(),
    subject: z.string(),
    detail: z.unknown(),
    previousHash: z.string(),
    hash: z.string(),
  })
  .meta({ id: 'AuditEvent' });

export const auditVerification = z
  .object({
    events: z.number().int(),
    verified: z.number().int().meta({ description: 'Events recomputed; those removed by retention are not there.' }),
    intact: z.boolean(),
    firstBroken: z.number().int().nullable(),
    fault: z.enum(['changed', 'missing', 'unexpected', 'head', 'anchor']).nullable(),
    anchors: z.number().int(),
    anchoredThrough: z.number().int(),
    anchoredAt: timestamp.nullable(),
    removedThrough: z.number().int(),
    problems: z.array(z.string()).meta({ description: 'Anchors that cannot be trusted.' }),
  })
  .meta({ id: 'AuditVerification' });
export type AuditVerification = z.infer<typeof auditVerification>;

export const auditExportQuery = z.object({
  format: z.enum(['jsonl', 'csv']).default('jsonl'),
  after: z.coerce.number().int().min(0).default(0).meta({ description: 'Only events above this number.' }),
});

export const apiRoles = ['viewer', 'operator', 'approver', 'admin'] as const;

/** The name stands for a person or a program in the audit log and in evidence ids. */
const keyName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9 ._@-]{0,99}$/, 'must be 1 to 100 letters, digits, spaces or . _ @ -');

export const createApiKeyBody = z.strictObject({ name: keyName, role: z.enum(apiRoles) }).meta({ id: 'CreateApiKey' });

export const apiKeyView = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.enum(apiRoles),
    createdAt: timestamp,
    revokedAt: timestamp.nullable(),
  })
  .meta({ id: 'ApiKey' });

export const apiKeyCreated = z
  .object({ key: apiKeyView, secret: z.string() })
  .meta({ id: 'ApiKeyCreated', description: 'The secret is shown this once; only its hash is stored.' });

export const identity = z
  .object({ name: z.string(), role: z.enum(apiRoles), version: z.string() })
  .meta({ id: 'Identity' });

export const health = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });

const dependencyState = z.object({ name: z.string(), ok: z.boolean(), detail: z.string() });

export const readiness = z
  .object({ status: z.enum(['ok', 'unavailable']), dependencies: z.array(dependencyState) })
  .meta({ id: 'Readiness' });
