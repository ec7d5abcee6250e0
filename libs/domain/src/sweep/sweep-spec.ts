import type { Duration } from '../duration.js';
import type { Goal } from '../project/goal.js';

/**
 * How the next parameters are found. `asha` (random) and `hyperband` (TPE) also stop trials that fall behind; `nsga2` is
 * for several objectives.
 */
export type SweepAlgorithm = 'grid' | 'random' | 'tpe' | 'cmaes' | 'nsga2' | 'asha' | 'hyperband';

export type ParameterValue = string | number | boolean;

/** Parameters by name, as a trainer gets them. */
export interface TrainerParameters {
  readonly [name: string]: ParameterValue;
}

/** Numbers from `min` to `max`, both included. With `log`, small numbers are searched as closely as large ones. */
export interface RangeSpec {
  readonly min: number;
  readonly max: number;
  readonly log: boolean;
  /** Distance between two values; `null` for every number (every whole one, when integer). */
  readonly step: number | null;
  /** `null`: whole when the declared parameter, both ends and the step are. */
  readonly integer: boolean | null;
}

export interface ChoiceSpec {
  readonly values: readonly ParameterValue[];
}

/** What is measured of a trial: a metric of the evaluation, on the validation part. */
export interface ObjectiveSpec {
  readonly metric: string;
  readonly goal: Goal;
}

/**
 * Once one of these is spent no trial starts, and those that train are stopped. GPU hours and steps are counted as trials
 * end. `null` is no limit.
 */
export interface SweepBudget {
  /** Time that trials trained, times the GPUs they held. */
  readonly gpuHours: number | null;
  /** Since the sweep began. */
  readonly duration: Duration | null;
  /** Steps of the trainer, over all trials. */
  readonly steps: number | null;
}

/** Stops a trial whose reported metric is behind that of the others at the same step. */
export interface EarlyStoppingSpec {
  /** `median`: worse than half of the trials that came this far. `asha`: not among the best `1/reduction` at its rung. */
  readonly kind: 'median' | 'asha';
  /** A metric of the trainer's progress; `null` for the first objective's name. */
  readonly metric: string | null;
  /** `null` for the first objective's goal. */
  readonly goal: Goal | null;
  /** Step before which no trial is stopped: the first rung of `asha`. */
  readonly minSteps: number;
  /** Least steps between two looks. */
  readonly every: number;
  /** One of this many goes on from each rung; rungs are `minSteps`, `minSteps * reduction`, and so on. */
  readonly reduction: number;
  /** Steps of a whole trial, for `hyperband`; `null` when the first finished trial tells. */
  readonly maxSteps: number | null;
}

/** A search over parameters of the trainer: `spec.sweep` after validation, every default filled in. */
export interface SweepSpec {
  readonly algorithm: SweepAlgorithm;
  /** Trials at most; a grid may have fewer points. */
  readonly trials: number;
  /** Trials at a time. */
  readonly parallel: number;
  readonly budget: SweepBudget;
  readonly space: { readonly [parameter: string]: RangeSpec | ChoiceSpec };
  readonly objectives: readonly ObjectiveSpec[];
  readonly earlyStopping: EarlyStoppingSpec | null;
  /** Finished trials of earlier sweeps, on the same data with the same objectives, that the search knows from the start. */
  readonly warmStart: { readonly runs: number } | null;
  readonly seed: number;
}
