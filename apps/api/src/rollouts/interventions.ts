import { LaurelError } from '@laurel/contracts';
import type { RolloutOrder } from '@laurel/contracts/schemas';
import { describeStep, type InterventionKind, type Rollout, rerunProblem, skipProblem } from '@laurel/domain';
import type { ApiKey } from '@laurel/ports';
import { includes } from '../http/roles.js';

/** An order as somebody gave it. */
export interface AskedOrder<Kind extends RolloutOrder = RolloutOrder> {
  readonly kind: Kind;
  readonly caller: ApiKey;
  readonly reason?: string | undefined;
}

/** Whether an order overrides what a step waits for. */
export function isIntervention(kind: RolloutOrder): kind is InterventionKind {
  return kind === 'skip' || kind === 'rerun';
}

/**
 * The step in progress, which `order` may skip or run again. Errors: `Forbidden` (no admin), `InvalidInput` (no reason),
 * `Conflict` (a step of another kind).
 */
export function stepToChange(
  { id, plan, step }: Rollout,
  { kind, caller, reason }: AskedOrder<InterventionKind>,
): number {
  const act = kind === 'skip' ? 'skip a step' : 'run a step again';
  if (!includes(caller.role, 'admin')) {
    throw new LaurelError('Forbidden', `Only an admin may ${act}; ask one, or abort the rollout.`);
  }
  if (reason === undefined) throw new LaurelError('InvalidInput', `Give a reason to ${act}; the audit log keeps it.`);
  const problem = kind === 'skip' ? skipProblem(plan, step) : rerunProblem(plan, step);
  if (problem === undefined) return step;
  const spec = plan.steps[step];
  const name = spec === undefined ? 'No step' : `Step ${step + 1} (${describeStep(spec)})`;
  const done = kind === 'skip' ? 'cannot be skipped' : 'cannot be run again';
  throw new LaurelError('Conflict', `${name} of rollout ${id} ${done}: ${problem}; wait for it, or abort the rollout.`);
}
