import type { Digest } from '@laurel/domain';
import type { Role, StoredAnswer } from '@laurel/ports';
import type { JsonColumn, NullableJsonColumn } from '../json-column.js';
import type { Sequence, WrittenAt } from './given-columns.js';

export interface ApiKeysTable {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** SHA-256 of the whole secret, in hex. */
  readonly secret_hash: string;
  readonly created_at: WrittenAt;
  readonly revoked_at: string | null;
}

export interface IdempotencyKeysTable {
  readonly actor: string;
  readonly key: string;
  readonly request_digest: Digest;
  readonly answer: NullableJsonColumn<StoredAnswer>;
  readonly claimed_at: WrittenAt;
  readonly completed_at: string | null;
}

export interface PlatformEventsTable {
  readonly id: Sequence;
  readonly at: WrittenAt;
  readonly type: string;
  readonly subject: string;
  readonly detail: JsonColumn<unknown>;
}
