import type { PromoteModel } from '@laurel/contracts';
import type { RolloutMail } from './rollout-mail.js';
import type { Stage } from './stage.js';
import type { Waiting } from './waiting.js';

/** A rollout in progress, as its steps see it. */
export interface Course {
  readonly input: PromoteModel;
  readonly mail: RolloutMail;
  readonly waiting: Waiting;
  /** Traffic as last set; a step that sets it writes it here. */
  readonly traffic: { stage: Stage };
}
