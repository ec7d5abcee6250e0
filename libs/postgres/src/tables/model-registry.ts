import type { Digest, StageRules } from '@laurel/domain';
import type { RegistrationStatus } from '@laurel/ports';
import type { ColumnType } from 'kysely';
import type { NullableJsonColumn } from '../json-column.js';
import type { WrittenAt } from './given-columns.js';

export interface RegisteredModelsTable {
  readonly name: string;
  readonly description: string | null;
  readonly user_id: string | null;
  readonly managed: ColumnType<boolean, boolean | undefined, boolean>;
  readonly last_version: ColumnType<number, number | undefined, number>;
  readonly stage_rules: NullableJsonColumn<StageRules>;
  readonly created_at: WrittenAt;
  readonly updated_at: WrittenAt;
}

export interface RegisteredModelTagsTable {
  readonly name: string;
  readonly key: string;
  readonly value: string;
}

export interface RegisteredVersionsTable {
  readonly name: string;
  readonly version: number;
  readonly id: string;
  readonly source: string;
  readonly run_id: string | null;
  readonly run_link: string | null;
  readonly model_id: string | null;
  readonly description: string | null;
  readonly user_id: string | null;
  readonly status: ColumnType<RegistrationStatus, RegistrationStatus | undefined, RegistrationStatus>;
  readonly status_message: string | null;
  readonly semver: string | null;
  readonly digest: Digest | null;
  readonly flavor: string | null;
  readonly signature: NullableJsonColumn<unknown>;
  readonly stage: ColumnType<string, string | undefined, string>;
  readonly created_at: WrittenAt;
  readonly updated_at: WrittenAt;
}

export interface RegisteredVersionTagsTable extends RegisteredModelTagsTable {
  readonly version: number;
}

export interface RegisteredAliasesTable {
  readonly name: string;
  readonly alias: string;
  readonly version: number;
}
