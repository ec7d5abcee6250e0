import type { Timestamp, WebhookTopic } from '@laurel/domain';
import type { Page, PageRequest } from './repositories.js';

/** A receiver of events; its secret is never read back. */
export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly topics: readonly WebhookTopic[];
  readonly createdAt: Timestamp;
  readonly createdBy: string;
}

/** `pending` until the receiver answers 2xx, or for so long that it is `failed`. */
export type DeliveryState = 'pending' | 'delivered' | 'failed';

/** One event on its way to one receiver. */
export interface WebhookDelivery {
  /** Stays the same however often it is tried, so that a receiver knows what it has seen. */
  readonly id: string;
  readonly webhook: string;
  readonly event: number;
  readonly type: string;
  readonly subject: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** HTTP status of the last answer; `null` when there was none. */
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly createdAt: Timestamp;
  readonly nextAt: Timestamp;
  readonly deliveredAt: Timestamp | null;
}

/** A delivery that may be tried now. */
export interface DueDelivery {
  readonly id: string;
  readonly webhook: string;
  readonly subject: string;
  readonly url: string;
  readonly sealedSecret: string;
  readonly body: string;
  readonly ageMilliseconds: number;
}

/** How a try ended. `pauseMilliseconds` is `null` when it is not tried again. */
export interface DeliveryResult {
  readonly delivered: boolean;
  readonly status: number | null;
  readonly error: string | null;
  readonly pauseMilliseconds: number | null;
}

/** A person asks that deliveries be sent again: that of one event, or with `null` all that were given up. */
export interface RedeliveryOrder {
  readonly webhook: string;
  readonly event: number | null;
  readonly by: string;
}

export interface Webhooks {
  /** A new receiver, of events from now on. */
  register(webhook: {
    readonly url: string;
    readonly topics: readonly WebhookTopic[];
    readonly sealedSecret: string;
    readonly by: string;
  }): Promise<Webhook>;
  list(): Promise<readonly Webhook[]>;
  /** Ends its deliveries too. Errors: `NotFound`. */
  remove(id: string, by: string): Promise<void>;
  /** Newest first. Errors: `NotFound`. */
  deliveries(id: string, page: PageRequest): Promise<Page<WebhookDelivery>>;
  /** Makes an event for this receiver only; returns its number. Errors: `NotFound`. */
  test(id: string, by: string): Promise<{ readonly event: number }>;
  /** Makes deliveries pending anew and says so in the audit log; returns how many. Errors: `NotFound`. */
  redeliver(order: RedeliveryOrder): Promise<{ readonly redelivered: number }>;
  /** Turns events of the outbox into deliveries, each once; returns how many events were looked at. */
  plan(limit: number): Promise<number>;
  /** The oldest pending delivery of each subject that may be tried now, at most `limit` of each receiver. */
  due(limit: number, of?: { readonly webhook: string; readonly subject: string }): Promise<readonly DueDelivery[]>;
  /** Takes a delivery for `milliseconds`; the number of its tries, or `undefined` when another one has it. */
  claim(id: string, milliseconds: number): Promise<number | undefined>;
  settle(id: string, result: DeliveryResult): Promise<void>;
  /** Removes deliveries that ended and were made longer ago than `milliseconds`. */
  prune(milliseconds: number): Promise<{ readonly removed: number }>;
}

/** What a receiver answered, or why it was not asked or did not. */
export type WebhookAnswer =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'failed'; readonly reason: string };

/** Sends to addresses that the installation allows, and to no other. */
export interface WebhookSender {
  /** What is wrong with `url` as an address of a receiver; `undefined` when nothing is. */
  problem(url: string): string | undefined;
  /** Signs and posts once; follows no redirect. Never throws. */
  send(message: {
    readonly id: string;
    readonly url: string;
    readonly secret: string;
    readonly body: string;
  }): Promise<WebhookAnswer>;
}

/** Keeps secrets that have to be used again, so that the database holds none. */
export interface Seal {
  seal(text: string): string;
  /** Errors: `PackageTampered` when it was sealed by another key or changed. */
  open(sealed: string): string;
}
