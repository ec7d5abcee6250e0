import { parseProject } from '@laurel/contracts/schemas';
import type { SweepSpec } from '@laurel/domain';
import { leastProject } from './example-project.js';

function text(sweep: string, training = '{ depth: 4, rate: 0.1, booster: tree }'): string {
  const trainer = `{ command: [python, train.py], parameters: ${training} }`;
  return `${leastProject.replace('{ command: [python, train.py] }', trainer)}  sweep: ${sweep}\n`;
}

function sweepOf(sweep: string): SweepSpec {
  const parsed = parseProject(text(sweep), { file: 'laurel.yaml' });
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  if (parsed.project.spec.sweep == null) throw new Error('there is no sweep');
  return parsed.project.spec.sweep;
}

test('the shortest sweep searches by TPE for the primary metric', () => {
  expect(sweepOf('{ space: { depth: { min: 2, max: 8 } } }')).toEqual({
    algorithm: 'tpe',
    trials: 20,
    parallel: 1,
    budget: { gpuHours: null, duration: null, steps: null },
    space: { depth: { min: 2, max: 8, log: false, step: null, integer: null } },
    objectives: [{ metric: 'rocAuc', goal: 'maximize' }],
    earlyStopping: null,
    warmStart: null,
    seed: 7,
  });
});

test('asha and hyperband stop early without being told to', () => {
  for (const algorithm of ['asha', 'hyperband']) {
    const { earlyStopping } = sweepOf(`{ algorithm: ${algorithm}, space: { depth: { min: 2, max: 8 } } }`);
    expect(earlyStopping).toMatchObject({ kind: 'asha', metric: null, minSteps: 10, reduction: 4 });
  }
});

const depth = 'depth: { min: 2, max: 8 }';
const mistakes: readonly [string, string, string][] = [
  ['an empty space', '{ space: {} }', 'spec.sweep.space is a mapping; allowed: at least one parameter'],
  ['no space', '{ trials: 3 }', 'spec.sweep.space is missing'],
  [
    'an unknown key',
    '{ space: { depth: { min: 1, max: 2 } }, trails: 3 }',
    'spec.sweep has no key "trails"; did you mean "trials"?',
  ],
  [
    'a key of a range',
    '{ space: { depth: { min: 1, maxx: 2 } } }',
    'spec.sweep.space.depth has no key "maxx"; did you mean "max"?',
  ],
  [
    'an unknown parameter',
    '{ space: { dept: { min: 1, max: 2 } } }',
    'spec.sweep.space names "dept", which spec.training.parameters does not have; did you mean "depth"?',
  ],
  [
    'min above max',
    '{ space: { depth: { min: 3, max: 2 } } }',
    'spec.sweep.space.depth.min is 3; allowed: at most max, which is 2.',
  ],
  [
    'a logarithm of zero',
    '{ space: { rate: { min: 0, max: 1, log: true } } }',
    'spec.sweep.space.rate.min is 0; allowed: more than 0, for log is true.',
  ],
  [
    'a logarithm with a step',
    '{ space: { rate: { min: 1, max: 9, log: true, step: 2 } } }',
    'spec.sweep.space.rate.step is 2; allowed: null, for log is true.',
  ],
  [
    'a step beyond the range',
    '{ space: { depth: { min: 1, max: 2, step: 5 } } }',
    'spec.sweep.space.depth.step is 5; allowed: at most max minus min, which is 1.',
  ],
  [
    'a broken integer',
    '{ space: { depth: { min: 1.5, max: 2, integer: true } } }',
    'spec.sweep.space.depth.integer is true; allowed: false',
  ],
  [
    'a range of words',
    '{ space: { booster: { min: 1, max: 2 } } }',
    'spec.sweep.space.booster is a mapping; allowed: a mapping with values, for the declared one is "tree".',
  ],
  [
    'values of another type',
    '{ space: { booster: { values: [tree, 3] } } }',
    'spec.sweep.space.booster.values is 3; allowed: values like the declared one, which is "tree".',
  ],
  [
    'the same value twice',
    '{ space: { booster: { values: [tree, tree] } } }',
    'spec.sweep.space.booster.values is a list; allowed: values that differ.',
  ],
  [
    'a grid that has no end',
    '{ algorithm: grid, space: { rate: { min: 0.1, max: 1 } } }',
    'spec.sweep.space.rate is a mapping; allowed: values, or a step that divides the range, for algorithm is grid.',
  ],
  [
    'a grid larger than trials',
    `{ algorithm: grid, trials: 5, space: { ${depth} } }`,
    'spec.sweep.trials is 5; allowed: at least 7, the points of the grid (or use random).',
  ],
  [
    'cmaes with words',
    `{ algorithm: cmaes, space: { ${depth}, booster: { values: [tree, linear] } } }`,
    'spec.sweep.space.booster is a mapping; allowed: a mapping with min and max, for cmaes searches numbers only.',
  ],
  [
    'cmaes with one number',
    `{ algorithm: cmaes, space: { ${depth} } }`,
    'spec.sweep.algorithm is "cmaes"; allowed: another one, for cmaes needs two parameters at least.',
  ],
  [
    'an unknown objective',
    `{ space: { ${depth} }, objectives: [{ metric: rocAUCC, goal: maximize }] }`,
    'spec.sweep.objectives[0].metric is "rocAUCC"; did you mean "rocAuc"?',
  ],
  [
    'an objective twice',
    `{ space: { ${depth} }, objectives: [{ metric: f1, goal: maximize }, { metric: f1, goal: maximize }] }`,
    'spec.sweep.objectives is a list; allowed: each metric once.',
  ],
  [
    'nsga2 with one goal',
    `{ algorithm: nsga2, space: { ${depth} } }`,
    'spec.sweep.objectives is a list; allowed: two objectives at least, for nsga2 (or use tpe).',
  ],
  [
    'early stopping with two goals',
    `{ algorithm: asha, space: { ${depth} }, objectives: [{ metric: f1, goal: maximize }, { metric: brier, goal: minimize }] }`,
    'spec.sweep.objectives is a list; allowed: one objective, where trials are stopped early.',
  ],
  [
    'asha with the median',
    `{ algorithm: asha, space: { ${depth} }, earlyStopping: { kind: median } }`,
    'spec.sweep.earlyStopping.kind is "median"; allowed: asha, for algorithm is asha.',
  ],
  [
    'a watched metric without a goal',
    `{ space: { ${depth} }, earlyStopping: { kind: median, metric: loss } }`,
    'spec.sweep.earlyStopping.goal is null; allowed: maximize or minimize, for loss is no objective.',
  ],
  [
    'too few steps',
    `{ space: { ${depth} }, earlyStopping: { kind: asha, minSteps: 9, maxSteps: 3 } }`,
    'spec.sweep.earlyStopping.maxSteps is 3; allowed: at least minSteps, which is 9.',
  ],
  [
    'GPU hours without a GPU',
    `{ space: { ${depth} }, budget: { gpuHours: 3 } }`,
    'spec.sweep.budget.gpuHours is 3; allowed: null, for spec.training.resources.gpu.count is 0',
  ],
  ['no trial at a time', `{ space: { ${depth} }, parallel: 0 }`, 'spec.sweep.parallel is 0; allowed: '],
  ['no trial', `{ space: { ${depth} }, trials: 0 }`, 'spec.sweep.trials is 0; allowed: '],
  ['a budget of no step', `{ space: { ${depth} }, budget: { steps: 0 } }`, 'spec.sweep.budget.steps is 0; allowed: '],
  [
    'a budget of no time',
    `{ space: { ${depth} }, budget: { duration: 0s } }`,
    'spec.sweep.budget.duration is "0s"; allowed: ',
  ],
  [
    'a budget of no GPU hour',
    `{ space: { ${depth} }, budget: { gpuHours: 0 } }`,
    'spec.sweep.budget.gpuHours is 0; allowed: ',
  ],
  [
    'a warm start from nothing',
    `{ space: { ${depth} }, warmStart: { runs: 0 } }`,
    'spec.sweep.warmStart.runs is 0; allowed: ',
  ],
  [
    'a warm start from a sweep by name',
    `{ space: { ${depth} }, warmStart: { runs: 3, sweep: monday } }`,
    'spec.sweep.warmStart has no key "sweep"; known keys: runs',
  ],
  [
    'an unknown algorithm',
    `{ algorithm: gridd, space: { ${depth} } }`,
    'spec.sweep.algorithm is "gridd"; allowed: grid, random, tpe, cmaes, nsga2, asha, hyperband.',
  ],
];

test.each(mistakes)('%s is one sentence that names where', (_, sweep, sentence) => {
  const parsed = parseProject(text(sweep), { file: 'laurel.yaml' });
  if (parsed.ok) throw new Error('it parsed');
  expect(parsed.problems).toHaveLength(1);
  expect(parsed.problems[0]?.message).toContain(`laurel.yaml, line 10: ${sentence}`);
});

test('a sweep without declared parameters says that there are none', () => {
  const parsed = parseProject(text('{ space: { depth: { min: 1, max: 2 } } }', '{}'), { file: 'laurel.yaml' });
  expect(parsed.ok ? [] : parsed.problems.map(({ message }) => message)).toEqual([
    'laurel.yaml, line 10: spec.sweep.space names "depth", which spec.training.parameters does not have; allowed: nothing, for spec.training.parameters is empty.',
  ]);
});
