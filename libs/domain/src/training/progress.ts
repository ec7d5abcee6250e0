import type { Timestamp } from '../ids.js';
import type { Cost } from './cost.js';
import type { JobProgress, Placement } from './job.js';
import type { Pace } from './pace.js';

/** How far a run's trainer is, with what people want to know beside it. */
export interface TrainingProgress extends Omit<JobProgress, 'message' | 'fromStep'>, Pace {
  readonly placement: Placement;
  /** Of this attempt so far; `null` when no price is configured. */
  readonly cost: Cost | null;
  readonly at: Timestamp;
}
