import { rolloutId } from '@laurel/contracts';
import { isHardBreach, milliseconds, retreatWeights } from '@laurel/domain';
import { ActivityFailure, condition, log } from '@temporalio/workflow';
import { codedFailure } from '../failures.js';
import type { Course } from './course.js';
import { rejectionOf } from './rejection.js';
import { openAnalysis, showStep, shrinkSplit } from './stage.js';

/**
 * Takes traffic back in steps where the plan wants that and nothing is broken: a champion that was given little for hours
 * is not given everything at once. A hard breach, before or on the way, ends it, and so does a step that fails: the undo
 * that follows restores everything at once.
 */
export async function retreat(course: Course, failure: unknown): Promise<void> {
  const { input, mail, traffic } = course;
  const profile = input.plan.rollback;
  if (profile?.profile !== 'gradual' || rejectionOf(failure) === undefined) return;
  const isHard = () => isHardBreach(mail.verdict()?.reasons ?? []);
  try {
    for (const weight of retreatWeights(traffic.stage.weight, profile)) {
      if (isHard()) return;
      const { step } = mail.progress();
      await showStep(input, mail, { step, phase: `back to ${weight} %`, weight });
      traffic.stage = await shrinkSplit(input, weight);
      const openedAt = new Date(Date.now()).toISOString();
      await openAnalysis(input, traffic.stage, { step, settle: [], shadowRequests: null, openedAt });
      await condition(isHard, milliseconds(profile.interval));
    }
  } catch (error) {
    if (!(error instanceof ActivityFailure) || codedFailure(error) === undefined) throw error;
    log.warn('a gradual rollback goes on at once', { rollout: rolloutId(input.endpoint, input.incarnation), error });
  }
}
