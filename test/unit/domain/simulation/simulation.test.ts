import {
  type ExpectedTraffic,
  forecast,
  type RolloutMetricSpec,
  type RolloutStepSpec,
  randomFrom,
  type Simulation,
  StageTraffic,
  simulateRollout,
  simulateScenario,
  truthOf,
  usualBehaviour,
  usualScenarios,
  withEffects,
} from '@laurel/domain';

const champion = usualBehaviour;
const errorRate: RolloutMetricSpec = { role: 'guardrail', direction: 'lower', margin: 0.02, minimumSample: 300 };
const steps: readonly RolloutStepSpec[] = [
  { setWeight: 20 },
  { pause: { duration: '30s' } },
  { analysis: { metrics: ['errorRate'] } },
  { setWeight: 50 },
  { analysis: { metrics: ['errorRate'] } },
];
const plan = { steps, metrics: { errorRate }, deadline: '2h' };
const traffic: ExpectedTraffic = { requestsPerSecond: 50, labelled: 1, labelDelaySeconds: 10, champion };

const simulation = (seed = 1, change: Partial<Simulation> = {}): Simulation => ({
  plan,
  traffic: { ...traffic, challenger: champion },
  lookEverySeconds: 5,
  random: randomFrom(seed),
  ...change,
});
const trial = (effects: Parameters<typeof withEffects>[1], runs = 15) => {
  const scenario = { name: 'a', effects, truth: truthOf({ plan, champion }, effects) };
  return simulateScenario(simulation(), { scenario, runs });
};

test('a challenger that is no different is promoted, one that fails often is rolled back', () => {
  const same = trial({});
  expect(same.truth).toBe('harmless');
  expect(same.promoted.share).toBeGreaterThan(0.9);
  const failing = trial({ errorRate: 0.1 });
  expect(failing).toMatchObject({ truth: 'harmful', promoted: { count: 0 }, wrong: { count: 0 } });
  expect(failing.rolledBack.count).toBe(15);
});

test('the worse a challenger is, the fewer users meet it', () => {
  const [bad, worse] = [trial({ errorRate: 0.06 }), trial({ errorRate: 0.3 })];
  expect(worse.exposed.median).toBeLessThan(bad.exposed.median);
  expect(worse.secondsToDecision?.median ?? 0).toBeLessThan(bad.secondsToDecision?.median ?? 0);
});

test('the same seed gives the same rollout, another seed another', () => {
  expect(simulateRollout(simulation(5))).toEqual(simulateRollout(simulation(5)));
  expect(simulateRollout(simulation(5))).not.toEqual(simulateRollout(simulation(6)));
});

test('a breach in a pause turns back in the pause', () => {
  const bad = { ...champion, errorRate: 0.9 };
  const { outcome, step } = simulateRollout(simulation(1, { traffic: { ...traffic, challenger: bad } }));
  expect({ outcome, step }).toEqual({ outcome: 'rolledBack', step: 1 });
});

test('without enough traffic nothing is promoted and the deadline comes', () => {
  const slow = { ...traffic, requestsPerSecond: 0.01, challenger: champion };
  const { outcome, seconds } = simulateRollout(simulation(1, { traffic: slow, lookEverySeconds: 60 }));
  expect({ outcome, seconds }).toEqual({ outcome: 'undecided', seconds: 7_200 });
});

test('a plan without an analysis promotes nothing', () => {
  const bare = { ...plan, steps: [{ setWeight: 50 }, { pause: { duration: '1m' } }] };
  expect(simulateRollout(simulation(1, { plan: bare })).outcome).toBe('rolledBack');
});

test('labels arrive after their delay, for both arms and for pairs', () => {
  const share = { mode: 'shadow', weight: 0, shadow: 1 } as const;
  const stage = new StageTraffic({ ...traffic, challenger: champion }, share, randomFrom(2));
  stage.pass(5, 5);
  expect(stage.observed().labels.map(({ labelled }) => labelled)).toEqual([0, 0]);
  stage.pass(5, 10);
  stage.pass(5, 15);
  const { labels, pairedLabels, totals } = stage.observed();
  expect(labels.map(({ labelled }) => labelled)).toEqual([250, 250]);
  const { both, championOnly, challengerOnly, neither } = pairedLabels;
  expect(both + championOnly + challengerOnly + neither).toBe(250);
  expect(totals.map(({ requests }) => requests)).toEqual([750, 750]);
});

test('what is shown stays near what was set', () => {
  const share = { mode: 'canary', weight: 0.3, shadow: 0 } as const;
  const challenger = withEffects(champion, { errorRate: 0.05, latencyP99: 40 });
  const stage = new StageTraffic({ ...traffic, requestsPerSecond: 20_000, challenger }, share, randomFrom(2));
  const exposed = stage.pass(5, 5);
  expect(exposed / 100_000).toBeCloseTo(0.3, 1);
  const arm = stage.observed().totals[1];
  expect((arm?.errors ?? 0) / (arm?.requests ?? 1)).toBeCloseTo(0.052, 2);
  expect(Object.values(arm?.latency ?? {}).reduce((sum, count) => sum + count, 0)).toBe(arm?.requests);
});

test('usual challengers are one that is no different and one for each metric, harmful all', () => {
  const metrics = {
    errorRate,
    disagreement: { role: 'guardrail', direction: 'lower', hardLimit: 0.2, minimumSample: 200 },
    accuracy: { role: 'decision', direction: 'higher', margin: 0.01, minimumSample: 400 },
  } as const;
  const scenarios = usualScenarios({ plan: { metrics }, champion });
  expect(scenarios.map(({ name, truth }) => `${name}: ${truth}`)).toEqual([
    'no difference: harmless',
    'errorRate +0.04: harmful',
    'accuracy -0.02: harmful',
    'disagreement +0.25: harmful',
  ]);
  for (const { effects, truth } of scenarios) expect(truthOf({ plan: { metrics }, champion }, effects)).toBe(truth);
});

test('a behaviour is kept within what is possible', () => {
  const moved = withEffects(champion, { errorRate: -1, accuracy: 5, latencyP50: 100 });
  expect(moved).toMatchObject({ errorRate: 0, accuracy: 1, latencyP50: 105 });
  expect(moved.latencyP99).toBeGreaterThan(moved.latencyP50);
});

test('a forecast tells how long each step takes, and what its metrics can tell', () => {
  const expected = forecast(plan, traffic);
  expect(expected.steps.map(({ seconds }) => seconds === null)).toEqual([false, false, false, false, false]);
  expect(expected.steps[1]).toMatchObject({ seconds: 30, weight: 20, text: 'pause 30s' });
  const [metric] = expected.steps[2]?.metrics ?? [];
  expect(metric).toMatchObject({ name: 'errorRate', margin: 0.02, minimumSample: 300 });
  expect(metric?.plannedSample).toBeGreaterThan(400);
  expect(metric?.detectable).toBeCloseTo(0.02, 4);
  expect(expected.problems).toEqual([]);
});

test('a plan that ends too early for its margin says so in a sentence', () => {
  const short = { ...plan, metrics: { errorRate: { ...errorRate, margin: 0.002, maximumSample: 400 } } };
  const { problems, steps: told } = forecast(short, traffic);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain('errorRate in step 5 ends its plan with 400 values');
  expect(told[4]?.metrics[0]?.detectable).toBeGreaterThan(0.002);
});

test('the forecast is the longest that simulated rollouts of an equal challenger take', () => {
  const { secondsToDecision } = trial({});
  const { seconds } = forecast(plan, traffic);
  expect(secondsToDecision?.median).toBeLessThanOrEqual(1.1 * seconds);
  expect(secondsToDecision?.median).toBeGreaterThan(0.2 * seconds);
});

test('a plan that its traffic cannot reach says so in a sentence', () => {
  const slow = forecast(plan, { ...traffic, requestsPerSecond: 0.01 });
  expect(slow.seconds).toBeGreaterThan(slow.deadlineSeconds);
  expect(slow.problems[0]).toContain('longer than the deadline');
});
