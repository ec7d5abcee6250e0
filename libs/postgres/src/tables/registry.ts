import type { Digest, EvaluationSummary, GateResult, Lineage, ModelSignature, Stage } from '@laurel/domain';
import type { ColumnType } from 'kysely';
import type { JsonColumn } from '../json-column.js';
import type { WrittenAt } from './given-columns.js';

export interface ModelVersionsTable {
  readonly project: string;
  readonly version: number;
  readonly semver: string;
  readonly digest: Digest;
  readonly run_id: string;
  readonly signature: JsonColumn<ModelSignature>;
  readonly algorithm: string;
  readonly metrics: JsonColumn<EvaluationSummary>;
  readonly gates: JsonColumn<readonly GateResult[]>;
  readonly gates_passed: boolean;
  readonly lineage: JsonColumn<Lineage>;
  readonly dataset: string;
  readonly dataset_version: number;
  readonly stage: ColumnType<Stage, Stage | undefined, Stage>;
  readonly created_at: WrittenAt;
  readonly report: Digest | null;
}

export interface AliasesTable {
  readonly project: string;
  readonly alias: string;
  readonly version: number;
}
