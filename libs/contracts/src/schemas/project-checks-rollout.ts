import { type ProjectSpec, planProblems } from '@laurel/domain';
import type { Finding } from './project-problem.js';

const root = ['spec', 'rollout'];

/** What `spec.rollout` cannot mean: a plan that could not run, or never promote. */
export function rolloutFindings({ rollout, task }: ProjectSpec): readonly Finding[] {
  const plan = { steps: rollout.steps, metrics: rollout.metrics, deadline: rollout.deadline };
  const labelled = task === 'regression' ? 'accuracy' : 'meanAbsoluteError';
  const foreign = Object.hasOwn(rollout.metrics, labelled)
    ? [`metric "${labelled}" is not measured for a ${task} task`]
    : [];
  return [...planProblems(plan), ...foreign].map((sentence) => {
    const path = placeIn(sentence);
    return { path, found: sentence, allowed: 'a plan that can run and can promote', says: `spec.rollout: ${sentence}` };
  });
}

/** The field a sentence of `planProblems` is about: it begins with the step's number or the metric's name. */
function placeIn(sentence: string): readonly PropertyKey[] {
  const step = /^step (\d+):/.exec(sentence)?.[1];
  if (step !== undefined) return [...root, 'steps', Number(step) - 1];
  const metric = /^metric "([^"]*)"/.exec(sentence)?.[1];
  return metric === undefined ? root : [...root, 'metrics', metric];
}
