import type { OperatorOrder } from '@laurel/contracts';
import { rerunProblem, skipProblem } from '@laurel/domain';
import type { Course } from './course.js';

/** What a person orders about the step at `index` from now on; `undefined` as long as nobody does, or may. */
export function interventionsIn({ input, mail }: Course, index: number): () => OperatorOrder | undefined {
  const before = mail.interventions().length;
  const problemOf = { skip: skipProblem(input.plan, index), rerun: rerunProblem(input.plan, index) };
  return () =>
    mail
      .interventions()
      .slice(before)
      .find(({ kind, step }) => step === index && problemOf[kind === 'skip' ? 'skip' : 'rerun'] === undefined);
}
