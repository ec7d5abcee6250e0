import { type RolloutMetricSpec, randomFrom, simulateScenario, usualBehaviour } from '@laurel/domain';

test('a challenger that is no slower passes a plan on the 99th percentile as often as its power promises', () => {
  const latencyP99: RolloutMetricSpec = { role: 'guardrail', direction: 'lower', margin: '10ms', minimumSample: 200 };
  const simulation = {
    plan: {
      steps: [{ setWeight: 25 }, { analysis: { metrics: ['latencyP99'] } }],
      metrics: { latencyP99 },
      deadline: '1h',
    },
    traffic: {
      requestsPerSecond: 50,
      labelled: 1,
      labelDelaySeconds: 0,
      champion: usualBehaviour,
      challenger: usualBehaviour,
    },
    lookEverySeconds: 5,
    random: randomFrom(1),
  };
  const scenario = { name: 'no difference', effects: {}, truth: 'harmless' } as const;
  const { promoted } = simulateScenario(simulation, { scenario, runs: 100 });
  expect(promoted.share).toBeGreaterThanOrEqual(0.9);
});
