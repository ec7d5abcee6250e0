import { z } from 'zod';
import { count, duration } from './project-parts.js';

const goal = z.enum(['maximize', 'minimize']);

const range = z.strictObject({
  min: z.number(),
  max: z.number(),
  log: z.boolean().default(false).meta({ description: 'Search small numbers as closely as large ones.' }),
  step: z.number().positive().nullable().default(null).meta({ description: 'Distance between two values.' }),
  integer: z
    .boolean()
    .nullable()
    .default(null)
    .meta({ description: 'Whole numbers only; usually so when the parameter, both ends and the step are whole.' }),
});

const choice = z.strictObject({ values: z.array(z.union([z.string(), z.number(), z.boolean()])).min(1) });

const budget = z
  .strictObject({
    gpuHours: z.number().positive().nullable().default(null),
    duration: duration.nullable().default(null),
    steps: count(1).nullable().default(null),
  })
  .meta({ description: 'Once one of these is spent no trial starts, and those that train are stopped.' });

const earlyStopping = z
  .strictObject({
    kind: z.enum(['median', 'asha']),
    metric: z.string().min(1).nullable().default(null).meta({
      description: "A metric of the trainer's progress; without one, that of the first objective's name.",
    }),
    goal: goal.nullable().default(null),
    minSteps: count(1).default(10).meta({ description: 'Step before which no trial is stopped.' }),
    every: count(1).default(1).meta({ description: 'Least steps between two looks.' }),
    reduction: count(2).default(4).meta({ description: 'One of this many goes on from each rung.' }),
    maxSteps: count(1).nullable().default(null).meta({ description: 'Steps of a whole trial, for hyperband.' }),
  })
  .meta({ description: 'Stops trials that are behind the others at the same step.' });

/** `spec.sweep`. Without `objectives`, the primary metric; `asha` and `hyperband` always stop early. */
export const sweepSchema = z
  .strictObject({
    algorithm: z.enum(['grid', 'random', 'tpe', 'cmaes', 'nsga2', 'asha', 'hyperband']).default('tpe'),
    trials: count(1).max(10_000).default(20).meta({ description: 'Trials at most.' }),
    parallel: count(1).max(64).default(1).meta({ description: 'Trials at a time.' }),
    budget: budget.prefault({}),
    space: z
      .record(z.string().min(1), z.union([range, choice]))
      .meta({ description: 'The searched parameters of spec.training.parameters; the others keep their values.' }),
    objectives: z
      .array(z.strictObject({ metric: z.string().min(1), goal }))
      .min(1)
      .exactOptional()
      .meta({ description: 'Metrics of the evaluation, measured on the validation part.' }),
    earlyStopping: earlyStopping.nullable().default(null),
    warmStart: z
      .strictObject({ runs: count(1) })
      .nullable()
      .default(null)
      .meta({ description: 'Finished trials of earlier sweeps that the search knows from the start.' }),
    seed: count(0).default(7),
  })
  .meta({ id: 'Sweep', description: 'A search over parameters of the trainer; see laurel sweep.' });

/** `spec.sweep` as written, with the defaults that depend on nothing. */
export type DeclaredSweep = z.output<typeof sweepSchema>;

/** Early stopping that `asha` and `hyperband` imply. */
export const usualEarlyStopping = earlyStopping.parse({ kind: 'asha' });
