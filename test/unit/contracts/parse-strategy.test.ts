import { parseProject, projectJsonSchema } from '@laurel/contracts/schemas';
import type { ModelProject, RolloutStepSpec } from '@laurel/domain';
import { planOf } from '@laurel/domain';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse as parseYaml } from 'yaml';
import { leastProject as least } from './example-project.js';

function parse(rollout: string, text = least) {
  return parseProject(`${text}  rollout: ${rollout}\n`, { file: 'laurel.yaml' });
}

function project(rollout: string): ModelProject {
  const parsed = parse(rollout);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  return parsed.project;
}

function messages(rollout: string): readonly string[] {
  const parsed = parse(rollout);
  return parsed.ok ? [] : parsed.problems.map(({ message }) => message);
}

const kinds = (steps: readonly RolloutStepSpec[]) => steps.map((step) => Object.keys(step)[0]);

test.each([
  ['canary', ['shadow', 'analysis', 'setWeight', 'analysis', 'setWeight', 'analysis']],
  ['shadowOnly', ['shadow', 'analysis']],
  ['blueGreen', ['shadow', 'analysis', 'setWeight', 'analysis']],
  ['abTest', ['shadow', 'setWeight', 'analysis']],
] as const)('a project that says only "strategy: %s" gets sound steps, metrics and a deadline', (strategy, steps) => {
  const { rollout } = project(`{ strategy: ${strategy} }`).spec;
  expect(kinds(rollout.steps)).toEqual(steps);
  expect(rollout.deadline).toBe('6h');
  expect(Object.values(rollout.metrics).map(({ role }) => role)).toContain('decision');
  expect(Object.values(rollout.metrics).every(({ minimumSample }) => minimumSample >= 200)).toBe(true);
});

test('linear grows by 20 % a minute unless it is told otherwise', () => {
  const weights = (rollout: string) =>
    project(rollout).spec.rollout.steps.flatMap((step) => ('setWeight' in step ? [step.setWeight] : []));
  expect(weights('{ strategy: linear }')).toEqual([20, 40, 60, 80]);
  expect(weights('{ strategy: linear, linear: { stepSize: 50, interval: 10m } }')).toEqual([50]);
});

test('header routes, freeze windows, the rollback profile and what a newer version does reach the plan', () => {
  const plan = planOf(
    project(
      `{ steps: [{ setHeaderRoute: { name: staff, match: [{ headerName: x-team, headerValue: { prefix: ml } }] } },
      { setWeight: 10 }, { analysis: { metrics: [errorRate] } }],
      rollback: { profile: gradual, stepSize: 10 }, onNewVersion: supersede,
      freeze: [{ days: [sat, sun] }, { start: "2026-12-20T01:00:00+01:00", end: "2027-01-03T00:00:00Z" }] }`,
    ).spec,
  );
  expect(plan).toMatchObject({
    steps: [
      { setHeaderRoute: { name: 'staff', match: [{ headerName: 'x-team', headerValue: { prefix: 'ml' } }] } },
      { setWeight: 10 },
      { analysis: { metrics: ['errorRate'] } },
    ],
    rollback: { profile: 'gradual', stepSize: 10, interval: '30s' },
    onNewVersion: 'supersede',
    freeze: [
      { days: ['sat', 'sun'], from: '00:00', to: '24:00', timezone: 'UTC' },
      { start: '2026-12-20T00:00:00.000Z', end: '2027-01-03T00:00:00.000Z' },
    ],
  });
});

test('a strategy that is expanded may be written down and read again', () => {
  const { rollout } = project('{ strategy: abTest, abTest: { weight: 30, sample: 700 } }').spec;
  const again = project(JSON.stringify(rollout)).spec.rollout;
  expect(again).toEqual(rollout);
});

test.each([
  ['{ linear: { stepSize: 10 } }', 'linear has no effect with strategy canary; remove it, or write strategy: linear'],
  [
    '{ strategy: linear, steps: [{ setWeight: 10 }, { analysis: { metrics: [errorRate] } }] }',
    'strategy linear makes its own steps; remove steps, or write strategy: canary',
  ],
  [
    '{ strategy: shadowOnly, steps: [{ setWeight: 10 }, { analysis: { metrics: [errorRate] } }] }',
    'strategy shadowOnly makes its own steps',
  ],
  ['{ strategy: linear, linear: { stepSize: 0 } }', 'spec.rollout.linear.stepSize is 0; allowed: at least 1'],
  ['{ strategy: linear, linear: { interval: 0s } }', "a pause's duration must be a duration such as 1m"],
  ['{ strategy: blue }', 'spec.rollout.strategy is "blue"; allowed: canary, linear, blueGreen, shadowOnly, abTest'],
  [
    '{ strategy: blueGreen, blueGreen: { postPromotionAnalysis: { metrics: [latencyP99] } } }',
    'metric "latencyP99" has no champion to be compared with at weight 100',
  ],
  ['{ rollback: { profile: slow } }', 'spec.rollout.rollback'],
  ['{ rollback: { profile: gradual, interval: 0s } }', 'rollback: interval must be above 0, it is 0s'],
  ['{ freeze: [{ start: tomorrow, end: "2027-01-03T00:00:00Z" }] }', 'a time such as 2026-12-20T00:00:00Z'],
  [
    '{ freeze: [{ start: "2027-01-03T00:00:00Z", end: "2026-12-20T00:00:00Z" }] }',
    'freeze 1: its end, 2026-12-20T00:00:00.000Z, does not come after its start',
  ],
  [
    '{ steps: [{ setHeaderRoute: { name: a, match: [{ headerName: "x y", headerValue: { exact: b } }] } }] }',
    'headerName',
  ],
  [
    '{ steps: [{ setWeight: 30 }, { setWeight: 30 }, { analysis: { metrics: [errorRate] } }] }',
    'step 2: setWeight must grow, it is 30 already',
  ],
])('%s says what is wrong, where, and what next', (rollout, sentence) => {
  const said = messages(rollout);
  expect(said).toContainEqual(expect.stringContaining(sentence));
  expect(said.every((message) => message.startsWith('laurel.yaml, line '))).toBe(true);
});

test('an editor that checks by the JSON Schema takes every strategy, and no misspelt one', () => {
  const check = new Ajv2020({ strict: false }).compile(projectJsonSchema());
  const valid = (rollout: string) => check(parseYaml(`${least}  rollout: ${rollout}\n`));
  const strategies = [
    '{ strategy: linear, linear: { stepSize: 10, interval: 5m } }',
    '{ strategy: blueGreen, blueGreen: { preview: { headerName: x-team, headerValue: { exact: ml } } } }',
    '{ strategy: abTest, abTest: { weight: 50, sample: 900 } }',
    '{ steps: [{ gate: { url: "https://ops.example.com/gate" } }, { setWeight: 10 }] }',
    '{ freeze: [{ days: [fri] }, { start: "2026-12-20T00:00:00Z", end: "2027-01-03T00:00:00Z" }] }',
  ];
  expect(strategies.filter((rollout) => !valid(rollout))).toEqual([]);
  expect(valid('{ strategy: linaer }')).toBe(false);
  expect(valid('{ strategy: linear, linear: { stepsize: 10 } }')).toBe(false);
});
