import type { Row } from '@laurel/domain';

/** A request to send, and the truth that is fed back for it. */
export interface LabelledRow {
  readonly key: string;
  readonly row: Row;
  readonly truth: string;
  /** Whether the row was held out of training, or made by the generator. */
  readonly origin: 'heldOut' | 'generated';
}
