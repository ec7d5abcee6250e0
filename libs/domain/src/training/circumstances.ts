import type { DatasetSplit, DatasetVersion } from '../data/table.js';
import type { Digest, RunId } from '../ids.js';
import type { ModelProject } from '../project/project-spec.js';

/** A machine that ran a trainer; memory in bytes. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly architecture: string;
  /** Operating system and its release. */
  readonly system: string;
  readonly gpus: readonly { readonly model: string; readonly memoryBytes: number; readonly driver: string }[];
}

/** Where a trainer ran and with which settings; `circumstances.json` of its output, written by whoever ran it. */
export interface RanOn {
  readonly machine: Machine;
  /** Variables that decide about the order of additions: threads, hash seeds, algorithms of CUDA. */
  readonly settings: { readonly [name: string]: string };
}

/** A trainer's code as a run found it. */
export interface SourceState {
  /** Of names and contents of the files. */
  readonly digest: Digest;
  /** Manifest of the stored files; `null` when they were not kept. */
  readonly kept: Digest | null;
  readonly commit: string | null;
  readonly branch: string | null;
  readonly dirty: boolean;
}

/** What decides about a model and is known before its training starts. */
export interface PlannedCircumstances {
  /** The project as it was; parameters, seed, command, workers and checkpoint interval are in it. */
  readonly project: ModelProject;
  readonly folder: string;
  readonly dataset: Pick<DatasetVersion, 'dataset' | 'version' | 'digest' | 'rows' | 'table'>;
  readonly parts: DatasetSplit;
  readonly source: SourceState;
  /** Version of Laurel. */
  readonly laurel: string;
}

/** What is known once the trainer has ended well. */
export interface MadeCircumstances {
  /** Manifest of the trainer's whole output. */
  readonly output: Digest;
  readonly model: Digest;
  /** The trainer's own predictions of the validation rows. */
  readonly predictions: Digest | null;
  /** The environment's lock, as the trainer wrote it. */
  readonly environment: Digest | null;
  /** `null` when whoever ran the trainer did not say. */
  readonly ranOn: RanOn | null;
  /** Did the source differ at the end from what it was at the start? Then nobody can say which of both was read. */
  readonly sourceChanged: boolean;
}

/** Everything a run's model depended on. */
export interface Circumstances {
  readonly planned: PlannedCircumstances;
  /** `null` until the trainer has ended well. */
  readonly made: MadeCircumstances | null;
}

/** One circumstance that was not the same; `null` where one side has none. */
export interface Difference {
  readonly what: string;
  readonly was: string | null;
  readonly is: string | null;
}

/** What repeating a run gave. */
export interface Repetition {
  readonly of: RunId;
  /** Is `model.onnx` the same, byte for byte? */
  readonly bitEqual: boolean;
  readonly model: { readonly was: Digest; readonly is: Digest };
  /**
   * Largest absolute difference between both trainers' own predictions of the validation rows; `null` when these cannot
   * be compared (a run without them, other rows, other columns).
   */
  readonly predictions: { readonly rows: number; readonly largestDifference: number } | null;
  readonly differences: readonly Difference[];
}
