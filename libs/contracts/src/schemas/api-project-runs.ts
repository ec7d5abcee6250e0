import { z } from 'zod';
import { acceptedRun, requestKey } from './api-common.js';
import { count, duration } from './project-parts.js';
import { resources } from './project-training.js';

const fileText = z.string().max(1_000_000);

/** Asks for a run of a folder that MLflow runs. The folder stays where it is: workers read it as they read projects. */
export const runProjectBody = z
  .strictObject({
    folder: z
      .string()
      .max(4_096)
      .regex(/^\//, 'must be an absolute path')
      .refine((path) => !path.includes('\0'), 'must hold no NUL')
      .meta({ description: 'Where workers find the project.' }),
    file: fileText.nullable().meta({ description: 'Text of its MLproject; null where it has none.' }),
    environment: z
      .strictObject({ path: z.string().min(1).max(1_000), text: fileText })
      .nullable()
      .default(null)
      .meta({ description: 'The file of its environment, with its path in the folder.' }),
    entry: z.string().min(1).max(1_000).default('main'),
    parameters: z.record(z.string(), z.string()).default({}),
    experiment: z.string().min(1).max(500).optional().meta({ description: 'Made where there is none; else Default.' }),
    runName: z.string().min(1).max(250).optional(),
    key: requestKey('run it'),
    resources: resources.extend({ cpu: z.number().min(0.1).default(1) }).prefault({}),
    deadline: duration.default('24h'),
    attempts: count(1)
      .max(100)
      .default(1)
      .meta({ description: 'Starts that may fail; a machine that is taken away costs none.' }),
  })
  .meta({ id: 'RunProject' });
export type RunProjectBody = z.infer<typeof runProjectBody>;

export const projectRunAccepted = acceptedRun('run').meta({ id: 'ProjectRunAccepted' });
export type ProjectRunAccepted = z.infer<typeof projectRunAccepted>;
