import {
  describeStep,
  kindOf,
  planProblems,
  type RolloutMetricSpec,
  type RolloutPlan,
  type RolloutStepSpec,
  weightAfter,
} from '@laurel/domain';

const steps: readonly RolloutStepSpec[] = [
  { shadow: { sample: 100, until: { requests: 500 } } },
  { analysis: { metrics: ['disagreement', 'latencyP99'] } },
  { setWeight: 5 },
  { pause: { duration: '1m' } },
  { setWeight: 25 },
  { analysis: { metrics: ['errorRate', 'latencyP99', 'accuracy'] } },
  { approval: { approvers: 1 } },
];

const accuracy: RolloutMetricSpec = {
  role: 'decision',
  direction: 'higher',
  margin: 0.01,
  minimumSample: 400,
  maturity: '5m',
};

const plan: Pick<RolloutPlan, 'steps' | 'metrics' | 'deadline'> = {
  steps,
  deadline: '6h',
  metrics: {
    errorRate: { role: 'guardrail', direction: 'lower', margin: 0.005, minimumSample: 200 },
    latencyP99: { role: 'guardrail', direction: 'lower', margin: '10ms', hardLimit: '250ms', minimumSample: 200 },
    disagreement: { role: 'guardrail', direction: 'lower', hardLimit: 0.2, minimumSample: 200 },
    accuracy,
  },
};

function withSteps(...changed: readonly RolloutStepSpec[]): typeof plan {
  return { ...plan, steps: changed };
}

test('the plan of the example has no problems', () => {
  expect(planProblems(plan)).toEqual([]);
});

test('steps are named in a few words', () => {
  expect(steps.map(kindOf)).toEqual(['shadow', 'analysis', 'setWeight', 'pause', 'setWeight', 'analysis', 'approval']);
  expect(steps.map(describeStep)).toEqual([
    'shadow 100 % until 500 requests',
    'analysis of disagreement, latencyP99',
    'canary 5 %',
    'pause 1m',
    'canary 25 %',
    'analysis of errorRate, latencyP99, accuracy',
    'approval by 1',
  ]);
  expect(describeStep({ pause: {} })).toBe('pause until promoted');
});

test('the weight after a step is the last one set', () => {
  expect(steps.map((_, index) => weightAfter(plan, index))).toEqual([0, 0, 5, 5, 25, 25, 25]);
  expect(weightAfter(plan, -1)).toBe(0);
});

test('a canary without an analysis could never promote', () => {
  expect(planProblems(withSteps({ setWeight: 50 }))).toEqual([
    'a plan that gives a canary weight needs at least one analysis, or it can never promote',
  ]);
});

test('a canary does not shrink, and has a weight between 0 and 100', () => {
  const problems = planProblems(
    withSteps({ setWeight: 50 }, { setWeight: 20 }, { setWeight: 101 }, { analysis: { metrics: ['errorRate'] } }),
  );
  expect(problems).toEqual([
    'step 2: setWeight must not shrink the canary from 50 to 20',
    'step 3: setWeight must be above 0 and at most 100, it is 101',
  ]);
});

test('an analysis needs traffic, metrics that exist and a stage that shows them', () => {
  expect(planProblems(withSteps({ analysis: { metrics: ['errorRate'] } }))).toEqual([
    'step 1: an analysis needs a shadow or a setWeight before it, there is nothing to observe yet',
  ]);
  expect(
    planProblems(
      withSteps(
        { setWeight: 5 },
        { analysis: { metrics: ['errorrate', 'disagreement'] } },
        { analysis: { metrics: [] } },
      ),
    ),
  ).toEqual([
    'step 2: metric "errorrate" is not defined under metrics; did you mean "errorRate"?',
    'step 2: metric "disagreement" can only be observed in a shadow stage',
    'step 3: an analysis must name at least one metric',
  ]);
});

test('at weight 100 there is no champion left to compare with', () => {
  expect(planProblems(withSteps({ setWeight: 100 }, { analysis: { metrics: ['errorRate'] } }))).toEqual([
    'step 2: metric "errorRate" has no champion to be compared with at weight 100',
  ]);
});

test('a shadow comes before the canary and copies something', () => {
  expect(
    planProblems(
      withSteps(
        { setWeight: 5 },
        { shadow: { sample: 0, until: { requests: 0.5 } } },
        { analysis: { metrics: ['latencyP99'] } },
      ),
    ),
  ).toEqual([
    "step 2: a shadow's sample must be above 0 and at most 100, it is 0",
    "step 2: a shadow's requests must be a whole number from 1, not 0.5",
    'step 2: a shadow must come before the first setWeight, it would take the canary back',
  ]);
});

test('what a metric must show, and with which risk, is checked', () => {
  const problemsOf = (change: Partial<RolloutMetricSpec>) =>
    planProblems({ ...plan, metrics: { ...plan.metrics, accuracy: { ...accuracy, ...change } } });
  expect(problemsOf({ rule: 'superior', alpha: 0.01, power: 0.8, looks: 20, maximumSample: 5000 })).toEqual([]);
  expect(problemsOf({ alpha: 0, power: 1, looks: 101, maximumSample: 399 })).toEqual([
    'metric "accuracy": alpha must be above 0 and at most 0.5, it is 0',
    'metric "accuracy": power must be at least 0.5 and below 1, it is 1',
    'metric "accuracy": looks must be a whole number from 1 to 100, not 101',
    'metric "accuracy": maximumSample must be a whole number from minimumSample (400) on, not 399',
  ]);
  expect(problemsOf({ margin: 0 })).toEqual([
    'metric "accuracy": a margin of 0 cannot be shown with any finite sample; give it a margin above 0 or a maximumSample',
  ]);
});

test('a rule that compares needs a margin, a limit that is shown must leave room', () => {
  const limited: RolloutMetricSpec = { role: 'guardrail', direction: 'lower', hardLimit: 0, minimumSample: 200 };
  expect(planProblems({ ...plan, metrics: { ...plan.metrics, errorRate: { ...limited, rule: 'superior' } } })).toEqual([
    'metric "errorRate": the rule superior compares with the champion; give it a margin, the gain that is worth finding',
    'metric "errorRate": a hardLimit of 0 cannot be shown with any finite sample; give it one above 0, or a margin',
  ]);
});

test('durations and approvers are checked', () => {
  const problems = planProblems({
    ...withSteps({ pause: { duration: '1 minute' } }, { approval: { approvers: 0 } }),
    deadline: '0s',
  });
  expect(problems).toEqual([
    'step 1: a pause\'s duration must be a duration such as 1m, it is "1 minute"',
    'step 2: approvers must be a whole number from 1, not 0',
    'the deadline must be a duration such as 6h, it is "0s"',
  ]);
});

test('every metric is known and has something to be held against', () => {
  const problems = planProblems({
    steps,
    metrics: {
      ...plan.metrics,
      latencyP95: { role: 'guardrail', direction: 'lower', hardLimit: 1, minimumSample: 1 },
      disagreement: { role: 'guardrail', direction: 'lower', margin: 0.1, minimumSample: 200 },
      errorRate: { role: 'guardrail', direction: 'higher', margin: '5ms', hardLimit: -1, minimumSample: 0 },
      accuracy: { role: 'decision', direction: 'higher', minimumSample: 400, maturity: 'soon' },
      latencyP99: { role: 'guardrail', direction: 'lower', margin: 'fast', minimumSample: 200 },
    },
  });
  expect(problems).toEqual([
    'metric "errorRate": margin must be a number, not the duration "5ms"',
    'metric "errorRate": hardLimit must not be negative, it is -1',
    'metric "errorRate": direction must be lower, not higher',
    'metric "errorRate": minimumSample must be a whole number from 1, not 0',
    'metric "latencyP99": margin must be a duration such as 10ms, it is "fast"',
    'metric "disagreement": has no value of the champion to hold a margin against; give it a hardLimit',
    'metric "accuracy": maturity must be a duration such as 5m, it is "soon"',
    'metric "accuracy": needs a margin or a hardLimit to be held against',
    'metric "latencyP95" is unknown; did you mean "latencyP99"?',
  ]);
});
