import { z } from 'zod';
import { digest, runIdParameter } from './api-common.js';

const source = z.object({
  digest: digest.meta({ description: 'Of names and contents of the files that count as code.' }),
  kept: digest.nullable().meta({ description: 'Manifest of the stored files; null when they were not kept.' }),
  commit: z.string().nullable(),
  branch: z.string().nullable(),
  dirty: z.boolean(),
});

const part = z.object({ digest, rows: z.number().int() });

const planned = z.object({
  project: z.record(z.string(), z.unknown()).meta({ description: 'The project as it was when the run began.' }),
  folder: z.string(),
  dataset: z.object({ dataset: z.string(), version: z.number().int(), digest, rows: z.number().int(), table: digest }),
  parts: z.object({ train: part, validation: part, holdout: part }),
  source,
  laurel: z.string(),
});

const machine = z.object({
  processor: z.string(),
  cores: z.number().int(),
  memoryBytes: z.number(),
  architecture: z.string(),
  system: z.string(),
  gpus: z.array(z.object({ model: z.string(), memoryBytes: z.number(), driver: z.string() })),
});

const made = z.object({
  output: digest,
  model: digest.meta({ description: 'Of model.onnx as the trainer wrote it.' }),
  predictions: digest.nullable(),
  environment: digest.nullable().meta({ description: 'Of the environment lock that the trainer wrote.' }),
  ranOn: z.object({ machine, settings: z.record(z.string(), z.string()) }).nullable(),
  sourceChanged: z.boolean().meta({ description: 'The code changed while the run trained.' }),
});

export const repetitionView = z
  .object({
    of: runIdParameter,
    bitEqual: z.boolean(),
    model: z.object({ was: digest, is: digest }),
    predictions: z
      .object({ rows: z.number().int(), largestDifference: z.number() })
      .nullable()
      .meta({ description: 'Of the validation rows; null when they cannot be compared.' }),
    differences: z.array(z.object({ what: z.string(), was: z.string().nullable(), is: z.string().nullable() })),
  })
  .meta({ id: 'Repetition', description: 'What repeating a run gave.' });
export type RepetitionView = z.infer<typeof repetitionView>;

/** What a run's model depended on. */
export const circumstancesView = z
  .object({
    runId: runIdParameter,
    planned,
    made: made.nullable().meta({ description: 'Null until the trainer has ended well.' }),
    repetition: repetitionView.nullable().meta({ description: 'Of a run that repeated another one.' }),
  })
  .meta({ id: 'RunCircumstances' });
export type CircumstancesView = z.infer<typeof circumstancesView>;
