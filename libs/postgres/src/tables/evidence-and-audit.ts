import type { Decision, Digest, EvidenceKind, LookInput, VersionRef } from '@laurel/domain';
import type { ColumnType } from 'kysely';
import type { JsonColumn, NullableJsonColumn } from '../json-column.js';
import type { Sequence, WrittenAt } from './given-columns.js';

export interface EvidenceTable {
  readonly sequence: Sequence;
  readonly id: string;
  readonly kind: EvidenceKind;
  readonly endpoint: string;
  readonly rollout: string | null;
  readonly step: number | null;
  readonly look: number | null;
  readonly at: string;
  readonly epoch: number | null;
  readonly champion: NullableJsonColumn<VersionRef>;
  readonly challenger: JsonColumn<VersionRef>;
  readonly challenger_digest: Digest;
  readonly policy_digest: Digest | null;
  readonly input: NullableJsonColumn<LookInput>;
  readonly verdict: Decision['verdict'];
  readonly decision: JsonColumn<Decision>;
  readonly code_version: string;
}

export interface AuditEventsTable {
  readonly sequence: number;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: JsonColumn<unknown>;
  readonly previous_hash: string;
  readonly hash: string;
}

/** One row: how long the chain is and where it ends, so that a cut tail is noticed. */
export interface AuditHeadTable {
  readonly single: ColumnType<boolean, boolean | undefined, never>;
  readonly events: number;
  readonly hash: string;
}

/** How far the audit log has been cut at its beginning, under a checkpoint that is signed and kept outside. */
export interface AuditCheckpointsTable {
  readonly through: number;
  readonly hash: string;
  readonly at: WrittenAt;
}
