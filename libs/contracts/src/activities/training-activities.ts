import type {
  Anomaly,
  AttemptHistory,
  AttemptPolicy,
  Cost,
  DatasetSplit,
  DatasetVersion,
  Digest,
  EvaluationSummary,
  GateResult,
  JobOutcome,
  ModelProject,
  RunId,
  VersionRef,
} from '@laurel/domain';
import type { Rerun, ScheduledCheck, TrainingStep } from '../messages/model-lifecycle.js';

/** Input of `trainModel`. The project is the one stored when the trigger fired. */
export interface TrainModel {
  readonly project: ModelProject;
  /** Folder of the project file: where the trainer runs and relative paths start. */
  readonly folder: string;
  readonly runId: RunId;
  readonly from: TrainingStep | null;
  /** Key of the trigger event. */
  readonly trigger: string;
  readonly fence: number;
  /** Repeat a run instead; `project` and `folder` then only say whose run it is. */
  readonly rerun?: Rerun;
  /** Where a history that grew too long left off: the run goes on with this attempt. */
  readonly carried?: CarriedTraining;
}

/** What a training takes over from its own former history. */
export interface CarriedTraining {
  readonly dataset: DatasetRef;
  readonly parts: DatasetSplit;
  readonly attempts: AttemptHistory;
  readonly cost: Cost | null;
}

export type TrainingOutcome =
  | {
      readonly kind: 'registered';
      readonly version: VersionRef;
      readonly gatesPassed: boolean;
      readonly gates: readonly GateResult[];
    }
  | { readonly kind: 'rejected'; readonly step: TrainingStep; readonly code: string; readonly message: string }
  | {
      readonly kind: 'repeated';
      readonly of: RunId;
      readonly bitEqual: boolean;
      /** One sentence: equal, or how far apart and why that may be. */
      readonly message: string;
    };

/** Identifies a step of a run; its stored output is reused while `inputDigest` is unchanged, unless `rerun`. */
export interface StepContext {
  readonly project: string;
  readonly runId: RunId;
  readonly rerun: boolean;
}

export interface SnapshotInput extends StepContext {
  readonly model: ModelProject;
  readonly folder: string;
}

export interface ValidateInput extends StepContext {
  readonly model: ModelProject;
  readonly dataset: DatasetRef;
}

/** A dataset version by name and number; schema and statistics stay in Postgres, out of the history. */
export type DatasetRef = Pick<DatasetVersion, 'dataset' | 'version' | 'digest' | 'rows' | 'table'>;

export interface SplitInput extends StepContext {
  readonly model: ModelProject;
  readonly dataset: DatasetRef;
}

export interface TrainInput extends StepContext {
  readonly model: ModelProject;
  readonly folder: string;
  readonly dataset: DatasetRef;
  readonly parts: DatasetSplit;
  /** Fence of the run's first attempt; each further one is one higher. */
  readonly fence: number;
  /** The run that this training repeats: it must train, whatever is stored. */
  readonly repeats?: RunId;
}

/** One start of a run's trainer. */
export interface AttemptInput extends TrainInput {
  readonly policy: AttemptPolicy;
  readonly history: AttemptHistory;
}

/** How an attempt ended, and how far it had come. */
export interface AttemptReport {
  readonly outcome: JobOutcome;
  readonly step: number;
  readonly checkpointStep: number | null;
  readonly ranMilliseconds: number;
  /** `null` when no price is configured. */
  readonly cost: Cost | null;
}

export interface PackageInput extends StepContext {
  readonly model: ModelProject;
  readonly folder: string;
  readonly dataset: DatasetRef;
  readonly parts: DatasetSplit;
  readonly output: Digest;
}

export interface EvaluateInput extends StepContext {
  readonly model: ModelProject;
  readonly parts: DatasetSplit;
  readonly package: Digest;
}

export interface EvaluateOutput {
  /** The whole report, in the object store. */
  readonly report: Digest;
  readonly summary: EvaluationSummary;
  readonly gates: readonly GateResult[];
  readonly gatesPassed: boolean;
}

export interface RegisterInput extends StepContext {
  /** The number that a client was given; the next one where there was no client. */
  readonly number?: number;
  readonly model: ModelProject;
  readonly dataset: DatasetRef;
  readonly package: Digest;
  readonly evaluation: EvaluateOutput;
}

/** Quick effects of a training run. */
export interface DataActivities {
  snapshotData(input: SnapshotInput): Promise<DatasetRef>;
  /** Anomalies found; an `error` among them ends the run. */
  validateData(input: ValidateInput): Promise<readonly Anomaly[]>;
  splitData(input: SplitInput): Promise<DatasetSplit>;
}

export interface JobActivities {
  /** Long: one attempt. Starts it or attaches to it, heartbeats its progress, and leaves it running unless cancelled. */
  runTrainer(input: AttemptInput): Promise<AttemptReport>;
  /** Stops whatever runs for the run. Harmless when nothing does. */
  removeJob(run: { readonly project: string; readonly runId: RunId }): Promise<void>;
}

export interface ModelActivities {
  packageModel(input: PackageInput): Promise<Digest>;
  evaluateModel(input: EvaluateInput): Promise<EvaluateOutput>;
}

export interface RegistryActivities {
  registerVersion(input: RegisterInput): Promise<VersionRef>;
  beginRun(input: { readonly project: string; readonly runId: RunId; readonly trigger: string }): Promise<void>;
  endRun(input: {
    readonly project: string;
    readonly runId: RunId;
    readonly outcome: TrainingOutcome | { readonly kind: 'cancelled' };
  }): Promise<void>;
  /** The stored project and the folder it was applied from. */
  readProject(input: { readonly project: string }): Promise<{ readonly model: ModelProject; readonly folder: string }>;
}

/** Turns a schedule's firing into a trigger event, once. */
export interface TriggerActivities {
  /** `firedAt` is when the schedule fired; with the schedule's id (or the data's digest) it makes the event's key. */
  fireIfDue(
    input: ScheduledCheck & { readonly firedAt: string },
  ): Promise<{ readonly fired: boolean; readonly key: string | null }>;
}
