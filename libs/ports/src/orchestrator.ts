import type {
  InterventionKind,
  ModelProject,
  ProjectRun,
  RolloutPlan,
  SweepSpec,
  TrainingProgress,
  VersionRef,
} from '@laurel/domain';

/** A reason to train, once inserted. */
export interface TrainingTrigger {
  readonly key: string;
  readonly kind: 'manual' | 'schedule' | 'newData';
  readonly runId: string;
  readonly from: string | null;
  readonly requestedBy: string;
  readonly rollOut: boolean;
  /** Repeats this run instead of training the project as it is now. */
  readonly rerun?: { readonly of: string; readonly seed: number | null };
}

/**
 * What happens next, asked from outside. Errors: `DependencyUnavailable` (Temporal does not answer), and the codes the
 * workflows reject with (`RolloutInProgress`, `NotFound`, `Conflict`).
 */
export interface Orchestrator {
  /** Signals the model's entity, starting it if need be. */
  fireTrigger(project: string, trigger: TrainingTrigger): Promise<{ readonly workflowId: string }>;
  cancelTraining(project: string, runId: string): Promise<void>;
  /** Starts the workflow of a stored sweep; of a started one it just answers. */
  startSweep(sweep: {
    readonly project: ModelProject;
    readonly folder: string;
    readonly runId: string;
    readonly sweep: SweepSpec;
    readonly requestedBy: string;
    readonly rollOut: boolean;
  }): Promise<{ readonly workflowId: string }>;
  cancelSweep(project: string, runId: string): Promise<void>;
  /** Starts the workflow of a run of an MLproject folder; `started` is false where one of its id was started before. */
  startProjectRun(run: ProjectRun): Promise<{ readonly workflowId: string; readonly started: boolean }>;
  cancelProjectRun(project: string, runId: string): Promise<void>;
  /** Asks a running trial to stop: it ends as pruned. */
  stopTrial(
    trial: { readonly project: string; readonly sweep: string; readonly number: number },
    order: { readonly by: string; readonly reason: string },
  ): Promise<void>;
  /** Starts the gates behind a version that a client registered; of started ones it just answers. */
  startRegistration(version: {
    readonly name: string;
    readonly version: number;
  }): Promise<{ readonly workflowId: string }>;
  requestPromotion(request: {
    readonly requestId: string;
    readonly endpoint: string;
    readonly project: string;
    readonly challenger: VersionRef;
    readonly plan: RolloutPlan;
    readonly requestedBy: string;
  }): Promise<{ readonly workflowId: string; readonly incarnation: number }>;
  orderRollout(
    endpoint: string,
    order: {
      readonly kind: 'abort' | 'promote' | 'pause' | 'resume' | InterventionKind;
      /** For `skip` and `rerun`: the step that is meant. */
      readonly step?: number;
      readonly by: string;
      readonly reason: string;
    },
  ): Promise<{ readonly incarnation: number }>;
  rollBackEndpoint(
    endpoint: string,
    order: { readonly requestId: string; readonly by: string; readonly reason: string },
  ): Promise<{ readonly restored: VersionRef | null }>;
  clearEndpoint(endpoint: string, by: string): Promise<void>;
  /** Tells a running rollout of a stored approval. */
  grantApproval(
    workflowId: string,
    grant: { readonly by: string; readonly evidenceId: string; readonly approvers: number },
  ): Promise<void>;
  /** Tells a running rollout of a stored rejection: it turns back. */
  rejectRollout(workflowId: string, rejection: { readonly by: string; readonly reason: string }): Promise<void>;
  /** Tells a running rollout of a changed verdict. Returns false when it no longer runs. */
  changeVerdict(
    workflowId: string,
    change: {
      readonly step: number;
      readonly epoch: number;
      readonly action: 'advance' | 'continue' | 'hold' | 'rollBack';
      readonly evidenceId: string;
      readonly reasons: readonly string[];
      readonly metrics: readonly string[];
    },
  ): Promise<boolean>;
  /** Tells a running training how far its trainer is. Harmless when it no longer runs. */
  reportTraining(workflowId: string, progress: TrainingProgress): Promise<void>;
  /** `running`, `closed`, or `absent` (history gone). */
  workflowStatus(workflowId: string): Promise<'running' | 'closed' | 'absent'>;
  /** Makes the schedules of a project what its file declares. */
  reconcileSchedules(project: ModelProject): Promise<void>;
  /** Throws `DependencyUnavailable` when Temporal does not answer. */
  ping(): Promise<void>;
}
