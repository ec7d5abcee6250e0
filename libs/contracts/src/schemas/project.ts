import { z } from 'zod';
import { approvalSchema } from './project-approval.js';
import { cardSchema } from './project-card.js';
import { dataSchema } from './project-data.js';
import { evaluationSchema } from './project-evaluation.js';
import { duration, name } from './project-parts.js';
import { monitorSchema, rolloutSchema, servingSchema, triggerSchema } from './project-rollout.js';
import { sweepSchema } from './project-sweep.js';
import { trainingSchema } from './project-training.js';

/**
 * `laurel.yaml`, laurel/v1. Closed: unknown keys are errors. What depends on other fields (the usual rollout of a task,
 * the endpoint's name) is filled in by `parseProject`.
 */
export const projectSchema = z
  .strictObject({
    apiVersion: z.literal('laurel/v1'),
    kind: z.literal('ModelProject'),
    metadata: z.strictObject({
      name,
      description: z.string().default(''),
      owner: z.string().default('').meta({ description: 'A person or team, for example an e-mail address.' }),
    }),
    spec: z.strictObject({
      task: z.enum(['binary', 'multiclass', 'regression']),
      data: dataSchema,
      training: trainingSchema,
      sweep: sweepSchema.nullable().default(null),
      evaluation: evaluationSchema.prefault({}),
      approval: approvalSchema.prefault({}),
      serving: servingSchema.prefault({}),
      rollout: rolloutSchema.prefault({}),
      monitors: z.array(monitorSchema).default([]),
      triggers: z.array(triggerSchema).default([]).meta({ description: 'What starts a training.' }),
      card: cardSchema.exactOptional(),
      cooldown: duration.default('30m').meta({ description: 'Least time between trainings nobody asked for.' }),
    }),
  })
  .meta({ title: 'ModelProject', description: 'One declared model: laurel.yaml.' });

/** A project as written, with the defaults that depend on nothing. */
export type DeclaredProject = z.output<typeof projectSchema>;

/** JSON Schema 2020-12 of `laurel.yaml`, as people write it. */
export function projectJsonSchema(): object {
  return z.toJSONSchema(projectSchema, { io: 'input', target: 'draft-2020-12' });
}
