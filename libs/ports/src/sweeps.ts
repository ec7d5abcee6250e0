import type {
  Digest,
  ObjectiveSpec,
  ParameterImportance,
  RunId,
  Sweep,
  SweepSpec,
  TrainerParameters,
  Trial,
  TrialResult,
} from '@laurel/domain';
import type { Page, PageRequest } from './repositories.js';
import type { KnownTrial } from './sampler.js';

/** Searches and their trials. A sweep's status is that of its run. */
export interface Sweeps {
  /** Inserts under the project's unique `key`; the others get the stored one. */
  ask(sweep: {
    readonly runId: RunId;
    readonly project: string;
    readonly key: string;
    readonly spec: SweepSpec;
    readonly requestedBy: string;
    readonly rollOut: boolean;
  }): Promise<{ readonly inserted: boolean; readonly sweep: Sweep }>;
  find(runId: RunId): Promise<Sweep | undefined>;
  list(project: string | null, page: PageRequest): Promise<Page<Sweep>>;
  /** Sweeps older than `milliseconds` whose run never began: their inserter died before it could start them. */
  listStranded(milliseconds: number): Promise<readonly Sweep[]>;
  /** Takes back a sweep that could not be started. Harmless when its run has begun. */
  withdraw(runId: RunId): Promise<void>;
  update(
    runId: RunId,
    change: {
      readonly importance?: readonly ParameterImportance[];
      readonly dataset?: Digest;
      readonly registeredTrial?: number;
      readonly ended?: string;
    },
  ): Promise<void>;

  trials(runId: RunId): Promise<readonly Trial[]>;
  findTrial(runId: RunId, number: number): Promise<Trial | undefined>;
  /** First writer wins; returns what is stored. */
  addTrial(trial: {
    readonly sweep: RunId;
    readonly number: number;
    readonly runId: RunId;
    readonly parameters: TrainerParameters;
  }): Promise<Trial>;
  /** First writer wins; returns what is stored. Error: `NotFound`. */
  endTrial(
    trial: { readonly sweep: RunId; readonly number: number },
    end: { readonly result: TrialResult; readonly steps: number; readonly gpuMilliseconds: number },
  ): Promise<Trial>;
  /** Complete trials of the project's other sweeps on the same data with the same objectives, newest first. */
  comparable(of: {
    readonly project: string;
    readonly except: RunId;
    readonly dataset: Digest;
    readonly objectives: readonly ObjectiveSpec[];
    readonly limit: number;
  }): Promise<readonly KnownTrial[]>;
}
