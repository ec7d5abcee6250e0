import { z } from 'zod';
import { digest, runIdParameter, timestamp, versionRef } from './api-common.js';

/** A UUID in lower case. */
export const predictionIdParameter = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'must be a UUID in lower case')
  .meta({ example: '0190b5a7-c1e2-7d3c-8f00-a1b2c3000000' });

const evidence = z.object({
  id: z.string(),
  kind: z.string(),
  step: z.number().int().nullable(),
  at: timestamp,
  verdict: z.string(),
  action: z.string(),
});

const rollout = z.object({
  id: z.string(),
  endpoint: z.string(),
  status: z.string(),
  cause: z.string().nullable(),
  startedAt: timestamp,
  endedAt: timestamp.nullable(),
  approvals: z.array(
    z.object({
      by: z.string(),
      at: timestamp,
      decision: z.enum(['granted', 'rejected']),
      reason: z.string().nullable(),
      evidenceId: z.string(),
    }),
  ),
  evidence: z.array(evidence).meta({ description: 'The newest.' }),
  evidenceCount: z.number().int(),
});

const version = z.object({
  project: z.string(),
  version: z.number().int(),
  semver: z.string(),
  digest,
  algorithm: z.string(),
  createdAt: timestamp,
  gatesPassed: z.boolean(),
  stage: z.string(),
  aliases: z.array(z.string()),
  parents: z.array(digest),
  gates: z.array(evidence),
  rollouts: z.array(rollout),
  reigns: z.array(
    z.object({
      endpoint: z.string(),
      crownedAt: timestamp,
      endedAt: timestamp.nullable(),
      evidenceId: z.string(),
      replaced: versionRef.nullable(),
    }),
  ),
});

const machine = z.object({
  processor: z.string(),
  cores: z.number(),
  memoryBytes: z.number(),
  architecture: z.string(),
  system: z.string(),
  gpus: z.array(z.object({ model: z.string(), memoryBytes: z.number(), driver: z.string() })),
});

const run = z.object({
  runId: runIdParameter,
  project: z.string(),
  trigger: z.string().nullable(),
  status: z.string().nullable(),
  startedAt: timestamp.nullable(),
  endedAt: timestamp.nullable(),
  parameters: z.record(z.string(), z.unknown()).nullable(),
  seed: z.number().nullable(),
  code: z.object({
    commit: z.string().nullable(),
    branch: z.string().nullable(),
    dirty: z.boolean(),
    digest: digest.nullable(),
  }),
  environment: digest.nullable(),
  machine: machine.nullable(),
});

const data = z.object({
  dataset: z.string(),
  version: z.number().int(),
  digest,
  rows: z.number().int(),
  source: z.string(),
  columns: z.array(z.object({ name: z.string(), kind: z.string() })),
});

export const lineageView = z
  .object({
    prediction: z
      .object({
        id: z.string(),
        at: timestamp,
        endpoint: z.string(),
        epoch: z.number().int(),
        arm: z.string(),
        version: z.number().int(),
        digest,
      })
      .nullable(),
    items: z.array(z.object({ run, data: data.nullable(), version: version.nullable() })),
  })
  .meta({ id: 'Lineage', description: 'Newest first; several items only of a dataset.' });
export type LineageView = z.infer<typeof lineageView>;
