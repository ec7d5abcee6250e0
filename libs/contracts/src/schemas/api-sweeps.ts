import { z } from 'zod';
import { acceptedRun, digest, nameParameter, requestKey, runIdParameter, timestamp } from './api-common.js';

/** Asks for the search that the project's `spec.sweep` declares. The same `key` asked again names the same sweep. */
export const startSweepBody = z
  .strictObject({
    key: requestKey('search'),
    rollOut: z.boolean().default(true).meta({ description: 'Roll the best version out when its gates pass.' }),
  })
  .default({ rollOut: true })
  .meta({ id: 'StartSweep' });
export type StartSweepBody = z.infer<typeof startSweepBody>;

export const sweepAccepted = acceptedRun('sweep').meta({ id: 'SweepAccepted' });
export type SweepAccepted = z.infer<typeof sweepAccepted>;

const parameters = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

export const trialView = z
  .object({
    number: z.number().int(),
    runId: runIdParameter,
    parameters,
    state: z.enum(['running', 'complete', 'pruned', 'failed', 'cancelled']),
    values: z.array(z.number()).nullable().meta({ description: 'Of the objectives, in their order.' }),
    steps: z.number().int(),
    gpuSeconds: z.number(),
    package: digest.nullable(),
    code: z.string().nullable(),
    message: z.string().nullable(),
    startedAt: timestamp,
    endedAt: timestamp.nullable(),
  })
  .meta({ id: 'Trial' });
export type TrialView = z.infer<typeof trialView>;

const objective = z.object({ metric: z.string(), goal: z.enum(['maximize', 'minimize']) });

export const sweepView = z
  .object({
    runId: runIdParameter,
    project: nameParameter,
    status: z.enum(['asked', 'running', 'registered', 'rejected', 'failed', 'cancelled']),
    algorithm: z.string(),
    trials: z.number().int().meta({ description: 'Trials at most.' }),
    parallel: z.number().int(),
    objectives: z.array(objective),
    spec: z.record(z.string(), z.unknown()).meta({ description: 'The sweep as it was declared, with every default.' }),
    requestedBy: z.string(),
    rollOut: z.boolean(),
    registeredTrial: z.number().int().nullable(),
    version: z.number().int().nullable(),
    code: z.string().nullable(),
    message: z.string().nullable(),
    askedAt: timestamp,
    endedAt: timestamp.nullable(),
  })
  .meta({ id: 'Sweep' });
export type SweepView = z.infer<typeof sweepView>;

/** What a results page shows. */
export const sweepResults = sweepView
  .extend({
    counts: z.record(z.enum(['running', 'complete', 'pruned', 'failed', 'cancelled']), z.number().int()),
    steps: z.number().int().meta({ description: 'Trainer steps of the ended trials.' }),
    gpuSeconds: z.number(),
    best: trialView.nullable().meta({ description: 'The trial that is registered, or would be now.' }),
    front: z.array(trialView).meta({ description: 'Trials that no other one beats in every objective.' }),
    importance: z.array(
      z.object({ objective: z.string(), shares: z.array(z.object({ parameter: z.string(), share: z.number() })) }),
    ),
    curve: z
      .array(z.object({ number: z.number().int(), steps: z.number().int(), values: z.array(z.number()) }))
      .meta({ description: 'Each trial that was the best of its time, with the steps spent until then.' }),
  })
  .meta({ id: 'SweepResults' });
export type SweepResultsView = z.infer<typeof sweepResults>;

/** A trial by its number, from 0. */
export const trialParameter = z.coerce.number().int().min(0).max(1_000_000);
