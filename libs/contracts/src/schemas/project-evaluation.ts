import { z } from 'zod';
import { column } from './project-parts.js';

const thresholdGate = z.strictObject({
  metric: z.string().min(1),
  by: column.exactOptional().meta({ description: 'For fairness metrics, the sensitive column.' }),
  min: z.number().exactOptional(),
  max: z.number().exactOptional(),
});

const championGate = z.strictObject({
  against: z.literal('champion'),
  test: z.enum(['pairedT', 'mcnemar']),
  metric: z.string().min(1),
  alpha: z.number().gt(0).lt(1).default(0.05),
  margin: z.number().min(0).default(0).meta({ description: 'How much worse is still accepted.' }),
});

/** `spec.evaluation`. Without `primary`, the task's usual metric. */
export const evaluationSchema = z
  .strictObject({
    primary: z.strictObject({ metric: z.string().min(1), goal: z.enum(['maximize', 'minimize']) }).exactOptional(),
    gates: z
      .array(z.union([thresholdGate, championGate]))
      .default([])
      .meta({ description: 'What a version must meet before it may be rolled out.' }),
    slices: z.array(column).default([]).meta({ description: 'Columns by whose values metrics are broken down.' }),
  })
  .meta({ id: 'Evaluation' });
