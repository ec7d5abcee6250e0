import type { RunId } from '../ids.js';
import type { Goal } from '../project/goal.js';
import { type Dimension, dimensionsOf } from './dimensions.js';
import type { SweepAlgorithm, SweepSpec, TrainerParameters } from './sweep-spec.js';

/** What stops trials that fall behind. Steps are the trainer's own. */
export type Pruner =
  | { readonly kind: 'median'; readonly minSteps: number; readonly every: number }
  | { readonly kind: 'asha'; readonly minSteps: number; readonly reduction: number }
  | {
      readonly kind: 'hyperband';
      readonly minSteps: number;
      readonly maxSteps: number | null;
      readonly reduction: number;
    };

/** A sweep as a sampler knows it. */
export interface Study {
  /** The sweep's run id. */
  readonly name: RunId;
  readonly algorithm: SweepAlgorithm;
  readonly seed: number;
  /** Trials at most, and at a time. */
  readonly trials: number;
  readonly parallel: number;
  readonly dimensions: readonly Dimension[];
  readonly goals: readonly Goal[];
  readonly pruner: Pruner | null;
}

/** A sweep's study. `declared` are the trainer's parameters, which tell whole numbers from others. */
export function studyOf(name: RunId, sweep: SweepSpec, declared: TrainerParameters): Study {
  const { algorithm, seed, trials, parallel, objectives } = sweep;
  return {
    name,
    algorithm,
    seed,
    trials,
    parallel,
    dimensions: dimensionsOf(sweep.space, declared),
    goals: objectives.map(({ goal }) => goal),
    pruner: prunerOf(sweep),
  };
}

function prunerOf({ algorithm, earlyStopping }: SweepSpec): Pruner | null {
  if (earlyStopping === null) return null;
  const { kind, minSteps, every, reduction, maxSteps } = earlyStopping;
  if (algorithm === 'hyperband') return { kind: 'hyperband', minSteps, maxSteps, reduction };
  return kind === 'median' ? { kind, minSteps, every } : { kind, minSteps, reduction };
}

/** A metric of the trainer's progress that tells how a trial fares; `sign` turns it to the first objective's goal. */
export interface WatchedMetric {
  readonly metric: string;
  readonly sign: 1 | -1;
  readonly minSteps: number;
  readonly every: number;
}

/** What early stopping watches; `null` when nothing is stopped early. */
export function watchedMetric({ earlyStopping, objectives }: SweepSpec): WatchedMetric | null {
  const [objective] = objectives;
  if (earlyStopping === null || objective === undefined) return null;
  const { metric, goal, minSteps, every } = earlyStopping;
  const sign = goal === null || goal === objective.goal ? 1 : -1;
  return { metric: metric ?? objective.metric, sign, minSteps, every };
}
