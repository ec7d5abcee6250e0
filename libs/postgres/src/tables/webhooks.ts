import type { WebhookTopic } from '@laurel/domain';
import type { DeliveryState } from '@laurel/ports';
import type { ColumnType } from 'kysely';
import type { Sequence, WrittenAt } from './given-columns.js';

export interface WebhooksTable {
  readonly id: string;
  readonly url: string;
  readonly topics: readonly WebhookTopic[];
  readonly sealed_secret: string;
  readonly created_at: WrittenAt;
  readonly created_by: string;
  readonly removed_at: string | null;
  /** The last event that has been turned into a delivery, or needed none. */
  readonly after_event: number;
}

export interface WebhookDeliveriesTable {
  readonly sequence: Sequence;
  readonly id: string;
  readonly webhook: string;
  readonly event_id: number;
  readonly type: string;
  readonly subject: string;
  readonly body: string;
  readonly state: ColumnType<DeliveryState, DeliveryState | undefined, DeliveryState>;
  readonly attempts: ColumnType<number, number | undefined, number>;
  readonly next_at: WrittenAt;
  readonly claimed_until: string | null;
  readonly last_status: number | null;
  readonly last_error: string | null;
  readonly created_at: WrittenAt;
  readonly delivered_at: string | null;
  readonly resent_at: string | null;
}
