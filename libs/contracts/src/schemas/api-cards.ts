import { z } from 'zod';
import { digest, numberParameter, timestamp } from './api-common.js';
import { proseText } from './prose-text.js';

/** Longest release notes, in characters. */
const longestNotes = 8_000;

export const comparisonQuery = z.object({
  from: numberParameter.meta({ description: 'The version before.' }),
  to: numberParameter.meta({ description: 'The version after.' }),
});
export type ComparisonQuery = z.infer<typeof comparisonQuery>;

const compared = z.object({ version: z.number().int(), semver: z.string(), digest, createdAt: timestamp });
const estimate = z.object({ value: z.number(), low: z.number(), high: z.number() });
const fact = z.object({ what: z.string(), was: z.string().nullable(), is: z.string().nullable() });
const gate = z.object({ state: z.enum(['pass', 'fail', 'error']), observed: z.number().nullable() });
const point = z.object({ count: z.number(), meanPredicted: z.number(), observedRate: z.number() });
const requirement = z.object({ name: z.string(), version: z.string() });
const code = z.object({ commit: z.string().nullable(), branch: z.string().nullable(), dirty: z.boolean() });
const data = z.object({
  dataset: z.string(),
  version: z.number().int(),
  digest,
  rows: z.number().int(),
  columns: z.number().int(),
});

const metricChange = z.object({
  metric: z.string(),
  goal: z.enum(['maximize', 'minimize']),
  was: estimate.nullable(),
  is: estimate.nullable(),
  difference: estimate.nullable().meta({ description: 'With its 95 % interval; conservative on the same rows.' }),
  excludesEquality: z.boolean(),
  verdict: z.enum(['better', 'worse', 'open']),
});

const dataChanges = z.object({
  was: data,
  is: data,
  same: z.boolean(),
  columns: z.array(
    z.object({ column: z.string(), kind: z.string(), from: z.string().nullable(), to: z.string().nullable() }),
  ),
  moved: z.array(
    z.object({
      column: z.string(),
      mean: z.object({ was: z.number(), is: z.number(), inDeviations: z.number() }).nullable(),
      missing: z.object({ was: z.number(), is: z.number() }).nullable(),
    }),
  ),
  statistics: z.array(
    z.object({
      column: z.string().nullable(),
      statistic: z.string(),
      from: z.number().nullable(),
      to: z.number().nullable(),
    }),
  ),
});

/** Members are null where one of both versions has no record. */
export const versionComparison = z
  .object({
    model: z.string(),
    from: compared,
    to: compared,
    signature: z.object({
      bump: z.enum(['major', 'minor', 'patch']),
      reason: z.string(),
      changes: z.array(
        z.object({
          change: z.string(),
          subject: z.string().nullable(),
          was: z.string().nullable(),
          is: z.string().nullable(),
          bump: z.enum(['major', 'minor', 'patch']),
        }),
      ),
    }),
    metrics: z.array(metricChange),
    sameHoldout: z.boolean().nullable(),
    calibration: z
      .object({
        bins: z.array(z.object({ low: z.number(), high: z.number(), was: point.nullable(), is: point.nullable() })),
      })
      .nullable(),
    gates: z.array(z.object({ gate: z.string(), was: gate.nullable(), is: gate.nullable() })),
    parameters: z.array(fact).nullable(),
    data: dataChanges.nullable(),
    environment: z
      .object({
        added: z.array(requirement),
        removed: z.array(requirement),
        changed: z.array(z.object({ name: z.string(), was: z.string(), is: z.string() })),
      })
      .nullable(),
    hardware: z.array(fact).nullable(),
    code: z.object({ was: code, is: code, same: z.boolean().nullable() }),
  })
  .meta({ id: 'VersionComparison' });
export type VersionComparisonView = z.infer<typeof versionComparison>;

export const releaseNotesBody = z
  .strictObject({ text: proseText(longestNotes, 'must be text without control and invisible characters') })
  .meta({ id: 'WriteReleaseNotes' });

const releaseNote = z.object({ revision: z.number().int(), text: z.string(), author: z.string(), at: timestamp });

export const releaseNotesView = z
  .object({
    model: z.string(),
    version: z.number().int(),
    semver: z.string(),
    generated: z.array(z.string()).meta({ description: 'What changed against the version before, a sentence each.' }),
    written: releaseNote.nullable().meta({ description: 'The newest words of a person.' }),
    history: z.array(releaseNote).meta({ description: 'Everything people wrote, newest first.' }),
  })
  .meta({ id: 'ReleaseNotes' });
export type ReleaseNotesView = z.infer<typeof releaseNotesView>;
