import { z } from 'zod';
import { trainingSteps } from '../messages/model-lifecycle.js';
import { acceptedRun, digest, nameParameter, requestKey, runIdParameter, timestamp } from './api-common.js';
import { runProgress } from './api-training.js';

const folder = z.string().min(1).max(4096).meta({
  description: 'Absolute folder of the project file: where the trainer runs and relative paths start.',
});

/** A project file as text, or as the object it spells; exactly one of them. */
export const applyProjectBody = z
  .strictObject({
    text: z.string().min(1).max(500_000).optional().meta({ description: 'The project file, YAML or JSON.' }),
    project: z.record(z.string(), z.unknown()).optional().meta({ description: 'The project file as an object.' }),
    folder,
  })
  .refine((body) => (body.text === undefined) !== (body.project === undefined), {
    message: 'give either text or project',
    path: ['text'],
  })
  .meta({ id: 'ApplyProject' });
export type ApplyProjectBody = z.infer<typeof applyProjectBody>;

export const projectSummary = z
  .object({
    name: z.string(),
    description: z.string(),
    owner: z.string(),
    task: z.enum(['binary', 'multiclass', 'regression']),
    endpoint: z.string(),
    folder: z.string(),
    digest,
    appliedAt: timestamp,
    appliedBy: z.string(),
  })
  .meta({ id: 'ProjectSummary' });
export type ProjectSummaryView = z.infer<typeof projectSummary>;

export const projectView = projectSummary
  .extend({
    project: z
      .object({
        apiVersion: z.literal('laurel/v1'),
        kind: z.literal('ModelProject'),
        metadata: z.record(z.string(), z.unknown()),
        spec: z.record(z.string(), z.unknown()),
      })
      .meta({ description: 'The project with every default filled in; its schema is /schemas/model-project.json.' }),
  })
  .meta({ id: 'Project' });
export type ProjectView = z.infer<typeof projectView>;

export const appliedProject = projectView
  .extend({ notices: z.array(z.string()).meta({ description: 'What is accepted but has no effect yet.' }) })
  .meta({ id: 'AppliedProject' });
export type AppliedProject = z.infer<typeof appliedProject>;

/** Asks for a training. The same `key` asked again names the same run. */
export const triggerRunBody = z
  .strictObject({
    key: requestKey('train'),
    from: z
      .enum(trainingSteps)
      .optional()
      .meta({ description: 'Re-run from this step even where its inputs did not change.' }),
    rollOut: z.boolean().default(true).meta({ description: 'Roll the version out when its gates pass.' }),
    rerunOf: runIdParameter.optional().meta({
      description: 'Repeat this run and compare the models; nothing is registered or rolled out.',
    }),
    seed: z.number().int().min(0).max(4_294_967_295).optional().meta({
      description: 'With rerunOf: train with this seed instead of the one the run had.',
    }),
  })
  .refine((body) => body.rerunOf === undefined || body.from === undefined, {
    message: 'give either from or rerunOf: a repeated run trains from its recorded rows',
    path: ['from'],
  })
  .refine((body) => body.seed === undefined || body.rerunOf !== undefined, {
    message: 'needs rerunOf; the seed of a training stands in spec.training.seed of the project',
    path: ['seed'],
  })
  .default({ rollOut: true })
  .meta({ id: 'TriggerRun' });
export type TriggerRunBody = z.infer<typeof triggerRunBody>;

export const runAccepted = acceptedRun('run').meta({
  id: 'RunAccepted',
  description: 'The run exists from when its training begins; until then it answers 404.',
});
export type RunAccepted = z.infer<typeof runAccepted>;

const anomaly = z.object({
  code: z.string(),
  column: z.string().nullable(),
  severity: z.enum(['error', 'warning']),
  message: z.string(),
});

export const runView = z
  .object({
    runId: runIdParameter,
    project: nameParameter,
    trigger: z.string(),
    work: z
      .discriminatedUnion('kind', [
        z.object({ kind: z.literal('training') }),
        z.object({ kind: z.literal('sweep') }),
        z.object({ kind: z.literal('project') }),
        z.object({ kind: z.literal('trial'), parent: runIdParameter, number: z.number().int() }),
      ])
      .meta({ description: 'A trial is nested in the run of its sweep; `project` is a folder that MLflow runs.' }),
    status: z.enum(['running', 'registered', 'repeated', 'finished', 'pruned', 'rejected', 'failed', 'cancelled']),
    step: z.string().nullable(),
    progress: runProgress.nullable(),
    anomalies: z.array(anomaly),
    version: z.number().int().nullable(),
    code: z.string().nullable(),
    message: z.string().nullable(),
    startedAt: timestamp,
    endedAt: timestamp.nullable(),
  })
  .meta({ id: 'Run' });
export type RunView = z.infer<typeof runView>;

export const runLog = z.object({ runId: runIdParameter, lines: z.array(z.string()) }).meta({ id: 'RunLog' });
export type RunLogView = z.infer<typeof runLog>;
export const runLogQuery = z.object({ lines: z.coerce.number().int().min(1).max(5000).default(200) });
