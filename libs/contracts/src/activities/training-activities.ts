import type {
  Anomaly,
  DatasetSplit,
  DatasetVersion,
  Digest,
  EvaluationSummary,
  GateResult,
  ModelProject,
  RunId,
  VersionRef,
} from '@laurel/domain';
import type { ScheduledCheck, TrainingStep } from '../messages/model-lifecycle.js';

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
}

export type TrainingOutcome =
  | {
      readonly kind: 'registered';
      readonly version: VersionRef;
      readonly gatesPassed: boolean;
      readonly gates: readonly GateResult[];
    }
  | { readonly kind: 'rejected'; readonly step: TrainingStep; readonly code: string; readonly message: string };

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
  readonly fence: number;
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

/** Long: one supervised job. Heartbeats its progress. */
export interface JobActivities {
  runTrainer(input: TrainInput): Promise<Digest>;
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
