import type {
  AttemptHistory,
  Cost,
  DatasetSplit,
  Digest,
  ModelProject,
  RunId,
  SweepSpec,
  TrainerParameters,
  TrialResult,
} from '@laurel/domain';
import type { SweepState } from '../messages/sweep.js';
import type { DatasetRef, TrainingOutcome } from './training-activities.js';

/** Input of `sweepModel`. The project is the one stored when the sweep was asked for. */
export interface SweepModel {
  readonly project: ModelProject;
  readonly folder: string;
  /** The sweep's own run, in which the trials are nested. */
  readonly runId: RunId;
  readonly sweep: SweepSpec;
  readonly requestedBy: string;
  /** Whether the best version is rolled out when its gates pass. */
  readonly rollOut: boolean;
  /** `null` at the start; what went before, when it continues as new. */
  readonly state: SweepState | null;
}

/** A trial of a sweep. */
export interface TrialRef {
  readonly project: string;
  readonly sweep: RunId;
  readonly number: number;
  readonly runId: RunId;
}

/** Input of `trial`. */
export interface RunTrial {
  readonly trial: TrialRef;
  /** The project with the trial's parameters in `spec.training.parameters`. */
  readonly model: ModelProject;
  readonly sweep: SweepSpec;
  readonly folder: string;
  readonly dataset: DatasetRef;
  readonly parts: DatasetSplit;
  /** Where a history that grew too long left off. */
  readonly carried?: {
    readonly attempts: AttemptHistory;
    readonly cost: Cost | null;
    /** Why it is to stop, when somebody has asked. */
    readonly stop: string | null;
  };
}

/** How a trial ended, and what it used. */
export interface TrialOutcome {
  readonly result: TrialResult;
  readonly steps: number;
  readonly gpuMilliseconds: number;
}

export interface BeginSweep {
  readonly project: string;
  readonly runId: RunId;
  readonly sweep: SweepSpec;
  readonly model: ModelProject;
}

export interface AskTrial {
  readonly project: string;
  readonly sweep: RunId;
  readonly number: number;
  readonly model: ModelProject;
  readonly spec: SweepSpec;
}

/** The same number always gives the same answer, but for a trial that has ended since. */
export type AskedTrial =
  | { readonly kind: 'run'; readonly runId: RunId; readonly parameters: TrainerParameters }
  | { readonly kind: 'ended'; readonly runId: RunId; readonly outcome: TrialOutcome }
  /** A grid has no point left. */
  | { readonly kind: 'exhausted' };

export interface FollowTrial {
  readonly trial: TrialRef;
  readonly sweep: SweepSpec;
  readonly model: ModelProject;
}

export interface EndTrial extends FollowTrial {
  readonly result: TrialResult;
}

export interface MeasureTrial {
  readonly trial: TrialRef;
  readonly sweep: SweepSpec;
  readonly model: ModelProject;
  readonly parts: DatasetSplit;
  readonly package: Digest;
}

/** The trial whose model is registered. */
export interface BestTrial {
  readonly number: number;
  readonly runId: RunId;
  readonly package: Digest;
}

/** Keyed writes around a sweep; every one may run twice. */
export interface SweepActivities {
  beginSweep(input: BeginSweep): Promise<void>;
  /** Notes the data, and hands the sampler what earlier sweeps found on it. Errors: `InvalidProject` when there is nothing. */
  warmSweep(input: BeginSweep & { readonly parts: DatasetSplit }): Promise<{ readonly known: number }>;
  askTrial(input: AskTrial): Promise<AskedTrial>;
  beginTrial(input: FollowTrial): Promise<void>;
  /** Follows a running trial and ends when it should stop; runs until it is cancelled otherwise. */
  followTrial(input: FollowTrial): Promise<{ readonly reason: string }>;
  /** Tells row, run and sampler how a trial ended. Telling again changes nothing, and answers what was told first. */
  endTrial(input: EndTrial): Promise<TrialOutcome>;
  /** Error: `SweepWithoutResult` when no trial is complete. */
  chooseBest(input: { readonly runId: RunId; readonly sweep: SweepSpec }): Promise<BestTrial>;
  endSweep(input: {
    readonly project: string;
    readonly runId: RunId;
    readonly outcome: TrainingOutcome | { readonly kind: 'cancelled' };
    readonly best: number | null;
    /** Why fewer trials ran than asked for. */
    readonly ended: string | null;
  }): Promise<void>;
}

/** Measures a trial's package by the objectives, on the validation part. */
export interface TrialMeasureActivities {
  measureTrial(input: MeasureTrial): Promise<readonly number[]>;
}
