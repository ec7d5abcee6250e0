import { z } from 'zod';
import { column, count, duration, name, percent } from './project-parts.js';

const step = z
  .union([
    z.strictObject({ shadow: z.strictObject({ sample: percent, until: z.strictObject({ requests: count(1) }) }) }),
    z.strictObject({ setWeight: percent }),
    z.strictObject({ pause: z.strictObject({ duration: duration.exactOptional() }) }),
    z.strictObject({ analysis: z.strictObject({ metrics: z.array(z.string().min(1)) }) }),
    z.strictObject({ approval: z.strictObject({ approvers: count(1).default(1) }) }),
  ])
  .meta({ description: 'shadow, setWeight, pause, analysis or approval.' });

const limit = z.union([z.number(), duration]);

const metric = z.strictObject({
  role: z.enum(['guardrail', 'decision']),
  direction: z.enum(['lower', 'higher']),
  margin: limit.exactOptional(),
  hardLimit: limit.exactOptional(),
  minimumSample: count(1),
  maturity: duration.exactOptional().meta({ description: 'How long after a prediction its truth may still come.' }),
  rule: z.enum(['nonInferior', 'superior']).exactOptional().meta({
    description:
      'What must be shown: no worse by the margin (usual), or better. A margin is then the gain worth finding.',
  }),
  alpha: z.number().exactOptional().meta({
    description: 'Greatest probability of a wrong decision about equal arms, half in each direction. Usual: 0.05.',
  }),
  power: z.number().exactOptional().meta({
    description: 'Probability that a challenger which is what the plan expects passes all its metrics. Usual: 0.95.',
  }),
  maximumSample: count(1).exactOptional().meta({
    description: 'Sample per version with which the plan ends. Without it, what the power needs.',
  }),
  looks: count(1).exactOptional().meta({ description: 'Points of the plan at which it may promote. Usual: 10.' }),
});

/** `spec.rollout`. Without `steps` or `metrics`, the task's usual ones. */
export const rolloutSchema = z
  .strictObject({
    strategy: z.enum(['canary', 'shadowOnly']).default('canary'),
    stickyKey: column.nullable().default(null).meta({ description: 'Requests with the same value stay on one arm.' }),
    steps: z.array(step).min(1).exactOptional(),
    metrics: z.record(z.string(), metric).exactOptional(),
    deadline: duration.default('6h').meta({ description: 'Reached without a decision, it rolls back.' }),
  })
  .meta({ id: 'Rollout' });

/** `spec.serving`. Without `endpoint`, the project's name. */
export const servingSchema = z
  .strictObject({
    endpoint: name.exactOptional(),
    processes: count(1).max(64).default(2),
    baseline: z
      .strictObject({
        version: z.literal('champion@previous').exactOptional(),
        constant: z.record(z.string(), z.union([z.string(), z.number()])).exactOptional(),
      })
      .refine(({ version, constant }) => version !== undefined || constant !== undefined, {
        error: 'version, constant or both',
      })
      .nullable()
      .default(null)
      .meta({ description: 'Who answers when the chosen version cannot: the version, then the constant.' }),
    batching: z.strictObject({ maxRows: count(1).default(64), maxDelay: duration.default('2ms') }).prefault({}),
    sla: z
      .strictObject({
        latency: duration.default('50ms'),
        confidence: z.number().min(0).max(1).nullable().default(null),
      })
      .prefault({}),
    log: z
      .strictObject({
        durability: z.enum(['relaxed', 'strict']).default('relaxed'),
        sample: percent.default(100),
        redact: z.array(column).default([]),
      })
      .prefault({}),
  })
  .meta({ id: 'Serving' });

/** `spec.monitors`. */
export const monitorSchema = z.strictObject({
  name,
  kind: z.enum(['drift', 'skew', 'quality', 'business']),
  every: duration.default('1h'),
  against: z.enum(['training', 'champion']).default('training'),
  falseAlarmsPer: duration.default('30d'),
});

/** `spec.triggers`. */
export const triggerSchema = z.union([
  z.strictObject({
    schedule: z
      .string()
      .regex(/^\s*[\d*,/A-Za-z-]+(\s+[\d*,/A-Za-z-]+){4}\s*$/, 'a cron expression of five fields such as "0 3 * * 1"')
      .meta({ description: 'Cron: minute, hour, day of month, month, day of week.' }),
    timezone: z.string().min(1).default('UTC'),
  }),
  z.strictObject({ newData: z.literal(true) }),
  z.strictObject({ drift: name.meta({ description: 'Name of a monitor.' }) }),
  z.strictObject({
    degradation: z.strictObject({
      metric: z.string().min(1),
      below: z.number().exactOptional(),
      above: z.number().exactOptional(),
    }),
  }),
]);
