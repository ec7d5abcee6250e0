import type { Placement } from '@laurel/domain';
import type { RecordedCause } from '@laurel/ports';
import type { Generated } from 'kysely';
import type { WrittenAt } from './given-columns.js';

export interface RunAttemptsTable {
  readonly run_id: string;
  readonly attempt: number;
  readonly placement: Placement;
  /** Of all workers together. */
  readonly cpus: number;
  readonly gpus: number;
  readonly hourly_price: number | null;
  readonly currency: string | null;
  readonly node: string | null;
  readonly waiting: string | null;
  /** `null` until the attempt is first seen. */
  readonly from_step: number | null;
  readonly last_step: Generated<number>;
  readonly checkpoint_step: number | null;
  /** Until `sighted_at`. */
  readonly ran_seconds: Generated<number>;
  readonly started_at: WrittenAt;
  readonly sighted_at: WrittenAt;
  readonly ended_at: string | null;
  readonly cause: RecordedCause | null;
  readonly exit_code: number | null;
  readonly message: string | null;
  readonly charged: boolean | null;
}
