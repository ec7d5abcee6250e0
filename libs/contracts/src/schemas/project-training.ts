import { z } from 'zod';
import { count, duration } from './project-parts.js';

const memory = z
  .string()
  .regex(/^\d+(\.\d+)?(Ki|Mi|Gi|Ti)?$/, 'a size such as 512Mi or 2Gi')
  .meta({ description: 'Bytes, or with Ki, Mi, Gi, Ti.' });

/** What one worker needs. */
export const resources = z.strictObject({
  cpu: z.number().positive().default(1),
  memory: memory.default('2Gi'),
  gpu: z
    .strictObject({
      count: count(0).default(0),
      kind: z.string().min(1).nullable().default(null),
      shared: z.boolean().default(false),
    })
    .prefault({}),
  sharedMemory: memory.nullable().default(null),
});

const spot = z.strictObject({
  enabled: z.boolean().default(false),
  fallbackAfterPreemptions: count(1).default(5),
});

const environment = z
  .strictObject({
    python: z.string().min(1).nullable().default(null),
    lock: z.string().min(1).nullable().default(null),
  })
  .meta({ description: 'Must be null: the trainer runs in the environment of LAUREL_PYTHON, or in its image.' });

/** `spec.training`. */
export const trainingSchema = z
  .strictObject({
    command: z
      .array(z.string().min(1))
      .min(1)
      .meta({ description: "Runs in the project's folder; `python` is the installation's interpreter." }),
    image: z.string().min(1).nullable().default(null).meta({ description: 'Container image, on Kubernetes.' }),
    environment: environment.prefault({}),
    parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
    seed: count(0).default(7),
    resources: resources.prefault({}),
    workers: count(1).default(1).meta({ description: 'Ranks; more than one run under torchrun.' }),
    spot: spot.prefault({}),
    checkpoint: z.strictObject({ every: count(1).default(50) }).prefault({}),
    deadline: duration.default('2h').meta({ description: 'Longest time the trainer may run, all attempts together.' }),
    pending: duration
      .default('30m')
      .meta({ description: 'Longest wait for a machine that fits and for the image; a suspended job waits for ever.' }),
    silence: duration.default('10m').meta({ description: 'Longest time without progress before it counts as hung.' }),
    retry: z
      .strictObject({ maximumAttempts: count(1).default(3) })
      .prefault({})
      .meta({ description: 'Failed attempts; a machine that is taken away costs none.' }),
  })
  .meta({ id: 'Training' });
