import { milliseconds } from '../duration.js';
import type { SweepBudget } from './sweep-spec.js';
import type { TrialCounts } from './trial.js';

/** What a sweep has used so far. */
export interface SweepSpent {
  /** Since it began. */
  readonly milliseconds: number;
  /** Trainer steps of ended trials. */
  readonly steps: number;
  /** Training time of ended trials times their GPUs. */
  readonly gpuMilliseconds: number;
}

/** The limit that is reached, in words; `null` while none is. */
export function budgetReached(budget: SweepBudget, spent: SweepSpent): string | null {
  if (budget.duration !== null && spent.milliseconds >= milliseconds(budget.duration)) return budget.duration;
  if (budget.steps !== null && spent.steps >= budget.steps) return `${budget.steps} steps`;
  if (budget.gpuHours !== null && spent.gpuMilliseconds >= budget.gpuHours * 3_600_000) {
    return `${budget.gpuHours} GPU hours`;
  }
  return null;
}

/**
 * Ended trials after which a sweep in which every one failed is given up: where half of the space fails, one search in 64
 * meets that many failures first.
 */
const hopelessAfter = 6;

/** Whether every trial so far failed, and enough have (one round at least) to call the trainer broken. */
export function isHopeless(ended: TrialCounts, parallel: number): boolean {
  const others = ended.complete + ended.pruned + ended.cancelled;
  return others === 0 && ended.failed >= Math.max(hopelessAfter, parallel);
}
