import { z } from 'zod';
import { runIdParameter, timestamp } from './api-common.js';

const placement = z.enum(['spot', 'onDemand']);

const cost = z
  .object({ amount: z.number(), currency: z.string() })
  .meta({ id: 'Cost', description: 'By the prices that the worker is configured with.' });

/** How far a run's trainer is. Runs of former versions have the first three fields only. */
export const runProgress = z
  .object({
    step: z.number(),
    totalSteps: z.number().nullable(),
    metrics: z.record(z.string(), z.number()),
    attempt: z.number().int().optional(),
    placement: placement.optional(),
    node: z.string().nullable().optional(),
    waiting: z.string().nullable().optional().meta({ description: 'Why nothing moves although nothing failed.' }),
    checkpointStep: z.number().nullable().optional(),
    stepsPerSecond: z.number().nullable().optional(),
    etaSeconds: z.number().nullable().optional(),
    cost: cost.nullable().optional(),
    at: timestamp.optional(),
  })
  .meta({ id: 'RunProgress' });
export type RunProgressView = z.infer<typeof runProgress>;

export const attemptView = z
  .object({
    runId: runIdParameter,
    attempt: z.number().int(),
    placement,
    node: z.string().nullable(),
    waiting: z.string().nullable().meta({ description: 'Why it does not move although nothing failed.' }),
    startedAt: timestamp,
    endedAt: timestamp.nullable(),
    cause: z.string().nullable().meta({
      description:
        '`done`, `stopped` (with its run), or a cause of docs/reference/training-ends.md; `null` while it runs.',
    }),
    exitCode: z.number().int().nullable(),
    message: z.string().nullable(),
    advice: z.string().nullable().meta({ description: 'What a person can do about its end.' }),
    charged: z.boolean().nullable().meta({ description: 'Whether it counts against spec.training.retry.' }),
    fromStep: z.number(),
    lastStep: z.number(),
    checkpointStep: z.number().nullable(),
    lostSteps: z.number().meta({ description: 'Steps it did that are to be done again.' }),
    ranSeconds: z.number().meta({ description: 'Without its waiting.' }),
    gpuSeconds: z.number().meta({ description: 'Of all workers together.' }),
    cost: cost.nullable(),
  })
  .meta({ id: 'RunAttempt', description: 'One start of the trainer of a run.' });
export type AttemptView = z.infer<typeof attemptView>;

export const metricsQuery = z.object({
  name: z.string().min(1).max(250).optional().meta({ description: 'Of this metric only.' }),
  limit: z.coerce.number().int().min(1).max(10_000).default(1_000).meta({
    description: 'Most points of each metric; longer histories are thinned out evenly.',
  }),
});

const metricPoint = z.object({ name: z.string(), step: z.number(), value: z.number(), at: timestamp });

export const runMetrics = z
  .object({ runId: runIdParameter, items: z.array(metricPoint) })
  .meta({ id: 'RunMetrics', description: 'By name and step. Of a step that was done twice, the later number.' });
export type RunMetricsView = z.infer<typeof runMetrics>;
