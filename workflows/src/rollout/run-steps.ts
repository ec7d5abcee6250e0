import { describeStep } from '@laurel/domain';
import type { Course } from './course.js';
import { interventionsIn } from './interventions.js';
import { runStep } from './run-step.js';
import { showStep } from './stage.js';

/**
 * Walks the plan's steps. Returns the id of the last stored PASS, or `null` when no analysis passed (a plan without
 * one never promotes). Throws a rejection when live traffic, a person or the deadline says to turn back.
 */
export async function runSteps(course: Course, governed: boolean): Promise<string | null> {
  const { input, mail, waiting, traffic } = course;
  let passed: string | null = null;
  for (const [index, step] of input.plan.steps.entries()) {
    for (let run = 1; ; run += 1) {
      waiting.check();
      await showStep(input, mail, {
        step: index,
        phase: phaseOf(describeStep(step), run),
        weight: traffic.stage.weight,
      });
      const ordered = interventionsIn(course, index);
      const evidenceId = await runStep({ ...course, governed }, { index, step, run, ordered });
      if (ordered()?.kind === 'rerun') continue;
      passed = evidenceId ?? passed;
      break;
    }
  }
  return passed;
}

function phaseOf(text: string, run: number): string {
  return run === 1 ? text : `${text}, run ${run}`;
}
