import { canonicalJson, freezeProblem, type ProjectSpec, parseDuration, planProblems } from '@laurel/domain';
import type { Finding } from './project-problem.js';
import { expanded, strategyOf } from './project-strategy-defaults.js';

const root = ['spec', 'rollout'];
const parameterised = ['linear', 'blueGreen', 'shadowOnly', 'abTest'] as const;

/** What `spec.rollout` cannot mean: a plan that could not run, or never promote. */
export function rolloutFindings(spec: ProjectSpec): readonly Finding[] {
  return [...strategyFindings(spec.rollout), ...freezeFindings(spec.rollout), ...planFindings(spec)];
}

function planFindings({ rollout, task }: ProjectSpec): readonly Finding[] {
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

/** Parameters of a strategy that is not in use, and steps beside a strategy that makes its own. */
function strategyFindings(rollout: ProjectSpec['rollout']): readonly Finding[] {
  const { strategy, steps, metrics } = rollout;
  const idle = parameterised.filter((name) => name !== strategy && rollout[name] !== undefined);
  const findings = idle.map((name) =>
    finding([name], `${name} has no effect with strategy ${strategy}; remove it, or write strategy: ${name}`),
  );
  const inUse = strategyOf(rollout);
  if (inUse === undefined) return findings;
  if (canonicalJson(expanded(inUse, metrics).steps) === canonicalJson(steps)) return findings;
  if (strategy === 'shadowOnly' && !steps.some((step) => 'setWeight' in step)) return findings;
  const advice = 'remove steps, or write strategy: canary';
  return [...findings, finding(['steps'], `strategy ${strategy} makes its own steps; ${advice}`)];
}

function freezeFindings({ freeze = [], rollback }: ProjectSpec['rollout']): readonly Finding[] {
  const windows = freeze.flatMap((window, index) => {
    const problem = freezeProblem(window);
    return problem === undefined ? [] : [finding(['freeze', index], `freeze ${index + 1}: ${problem}`)];
  });
  if (rollback?.profile !== 'gradual' || (parseDuration(rollback.interval) ?? 0) > 0) return windows;
  return [
    ...windows,
    finding(['rollback', 'interval'], `rollback: interval must be above 0, it is ${rollback.interval}`),
  ];
}

function finding(within: readonly PropertyKey[], sentence: string): Finding {
  const says = `spec.rollout: ${sentence}`;
  return { path: [...root, ...within], found: sentence, allowed: 'a plan that can run and can promote', says };
}

/** The field a sentence of `planProblems` is about: it begins with the step's number or the metric's name. */
function placeIn(sentence: string): readonly PropertyKey[] {
  const step = /^step (\d+):/.exec(sentence)?.[1];
  if (step !== undefined) return [...root, 'steps', Number(step) - 1];
  const metric = /^metric "([^"]*)"/.exec(sentence)?.[1];
  return metric === undefined ? root : [...root, 'metrics', metric];
}
