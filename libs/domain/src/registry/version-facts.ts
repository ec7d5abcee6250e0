import type { DatasetVersion } from '../data/table.js';
import type { EvaluationReport } from '../evaluation/evaluation.js';
import type { Circumstances } from '../training/circumstances.js';
import type { ModelVersion } from './model-version.js';

/** Everything stored about how a version came to be; `null` for what was not recorded or is gone. */
export interface VersionFacts {
  readonly version: ModelVersion;
  /** The whole evaluation on the holdout. */
  readonly report: EvaluationReport | null;
  readonly dataset: DatasetVersion | null;
  readonly circumstances: Circumstances | null;
  /** Text of the environment lock: `name==version` lines. */
  readonly lock: string | null;
}
