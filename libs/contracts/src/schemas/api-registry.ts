import { z } from 'zod';
import { digest, runIdParameter, timestamp } from './api-common.js';

export const datasetSummary = z
  .object({
    dataset: z.string(),
    version: z.number().int(),
    digest,
    rows: z.number().int(),
    columns: z.number().int(),
    source: z.string(),
    createdAt: timestamp,
  })
  .meta({ id: 'DatasetSummary' });
export type DatasetSummary = z.infer<typeof datasetSummary>;

const columnSchema = z.object({
  name: z.string(),
  kind: z.enum(['numeric', 'categorical']),
  storage: z.enum(['integer', 'float', 'boolean', 'string', 'timestamp']),
  nullable: z.boolean(),
  categories: z.array(z.string()).optional(),
});

const columnStatistics = z.object({
  name: z.string(),
  missing: z.number(),
  distinct: z.number(),
  numeric: z
    .object({
      min: z.number(),
      max: z.number(),
      mean: z.number(),
      standardDeviation: z.number(),
      quantiles: z.array(z.number()),
    })
    .optional(),
  top: z.array(z.object({ value: z.string(), count: z.number() })),
});

export const datasetView = datasetSummary
  .omit({ columns: true })
  .extend({
    content: z
      .object({ format: z.enum(['csv', 'parquet', 'jsonl']), size: z.number().int(), md5: z.string() })
      .nullable()
      .optional()
      .meta({ description: 'The file as it was read; md5 is its name in DVC.' }),
    table: digest,
    schema: z.object({ columns: z.array(columnSchema) }),
    statistics: z.object({ rows: z.number(), columns: z.array(columnStatistics) }),
  })
  .meta({ id: 'DatasetVersion' });
export type DatasetView = z.infer<typeof datasetView>;

export const modelSummary = z
  .object({ project: z.string(), versions: z.number().int(), champion: z.number().int().nullable() })
  .meta({ id: 'ModelSummary' });
export type ModelSummary = z.infer<typeof modelSummary>;

const tensor = z.object({ name: z.string(), dtype: z.string(), shape: z.array(z.number()) });

const signature = z.object({
  task: z.string(),
  inputs: z.array(tensor.extend({ optional: z.boolean() })),
  outputs: z.array(tensor.extend({ role: z.string() })),
  classes: z.array(z.string()),
});

export const versionView = z
  .object({
    project: z.string(),
    version: z.number().int(),
    semver: z.string(),
    digest,
    runId: runIdParameter,
    algorithm: z.string(),
    signature,
    metrics: z.record(z.string(), z.object({ value: z.number(), low: z.number(), high: z.number() })),
    gates: z.array(
      z.object({
        gate: z.string(),
        state: z.enum(['pass', 'fail', 'error']),
        observed: z.number().nullable(),
        bound: z.number().nullable(),
        message: z.string(),
      }),
    ),
    gatesPassed: z.boolean(),
    lineage: z.object({
      dataset: z.object({ name: z.string(), version: z.number().int(), digest }),
      code: z.object({ commit: z.string().nullable(), branch: z.string().nullable(), dirty: z.boolean() }),
      environment: digest.nullable(),
      parents: z.array(digest),
    }),
    report: digest.nullish().meta({ description: 'Of the whole evaluation; see the card of the version.' }),
    createdAt: timestamp,
    stage: z.enum(['None', 'Staging', 'Production', 'Archived']),
    aliases: z.array(z.string()),
  })
  .meta({ id: 'ModelVersion' });
export type VersionView = z.infer<typeof versionView>;
