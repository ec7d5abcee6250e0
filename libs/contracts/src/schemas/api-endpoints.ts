import { z } from 'zod';
import { timestamp, versionRef } from './api-common.js';

const servingPolicy = z
  .object({
    sla: z.object({ latencyMilliseconds: z.number().nullable(), confidence: z.number().nullable() }),
    baselineVersion: z.literal('champion@previous').optional(),
    isRouted: z.literal(true).optional(),
    batching: z.object({ maximumRows: z.number().int() }),
    log: z.object({ durability: z.enum(['relaxed', 'strict']), sample: z.number(), redact: z.array(z.string()) }),
  })
  .meta({ id: 'ServingPolicy', description: 'How serving processes treat the endpoint, whatever version answers.' });

const headerRule = z
  .object({
    name: z.string(),
    match: z.object({ kind: z.enum(['exact', 'prefix', 'regex']), value: z.string() }),
    version: versionRef,
  })
  .meta({ id: 'HeaderRule' });

export const splitView = z
  .object({
    endpoint: z.string(),
    epoch: z.number().int(),
    fence: z.number().int(),
    incarnation: z.number().int(),
    arms: z.array(versionRef.extend({ role: z.enum(['champion', 'challenger']), weight: z.number() })),
    shadow: versionRef.extend({ sample: z.number() }).nullable(),
    stickyKey: z.string().nullable(),
    salt: z.string(),
    baseline: z.record(z.string(), z.union([z.string(), z.number()])).nullable(),
    policy: servingPolicy.optional(),
    headers: z.array(headerRule).optional(),
    appliedBy: z.string(),
    appliedAt: timestamp,
    reason: z.string(),
  })
  .meta({ id: 'Split', description: "Who gets which share of an endpoint's traffic; a change makes the next epoch." });
export type SplitView = z.infer<typeof splitView>;

export const splitHistoryItem = splitView
  .extend({ state: z.enum(['prepared', 'committed', 'retired']) })
  .meta({ id: 'SplitOfHistory' });

export const splitHistoryQuery = z.object({ limit: z.coerce.number().int().min(1).max(500).default(50) });

export const endpointView = z
  .object({
    endpoint: z.string(),
    project: z.string(),
    fence: z.number().int(),
    champion: versionRef.nullable(),
    split: splitView.nullable(),
  })
  .meta({ id: 'Endpoint' });
export type EndpointAnswer = z.infer<typeof endpointView>;

export const trafficQuery = z.object({
  since: z.iso
    .datetime({ offset: true })
    .optional()
    .meta({ description: 'Start of the series; without it, the last ten minutes.' }),
});

export const trafficPoint = z
  .object({
    second: z.number().int().meta({ description: 'Whole seconds since 1970.' }),
    arm: z.enum(['champion', 'challenger', 'shadow', 'baseline', 'pinned']),
    version: z.number().int(),
    requests: z.number().int(),
    errors: z.number().int(),
  })
  .meta({ id: 'TrafficPoint' });

export const reasonText = z.string().trim().min(1).max(500);

export const rollBackBody = z.strictObject({ reason: reasonText }).meta({ id: 'RollBack' });

export const rolledBack = z
  .object({ endpoint: z.string(), restored: versionRef })
  .meta({ id: 'RolledBack', description: 'The champion after the rollback.' });
export type RolledBack = z.infer<typeof rolledBack>;

export const cleared = z.object({ endpoint: z.string(), cleared: z.literal(true) }).meta({ id: 'Cleared' });
