import { planProblems, type RolloutGate, type RolloutStepSpec } from '@laurel/domain';

const gate: RolloutGate = {
  url: 'https://ops.example.com/gate/secret',
  kind: 'confirm',
  interval: '30s',
  timeout: '10s',
};
const rest: readonly RolloutStepSpec[] = [{ setWeight: 10 }, { analysis: { metrics: ['errorRate'] } }];

function problems(change: Partial<RolloutGate>, deadline = '6h') {
  return planProblems({
    steps: [{ gate: { ...gate, ...change } }, ...rest],
    metrics: { errorRate: { role: 'guardrail', direction: 'lower', margin: 0.01, minimumSample: 100 } },
    deadline,
  });
}

test('a gate that is asked a bounded number of times, each for a bounded time, is no problem', () => {
  expect(problems({})).toEqual([]);
  expect(problems({ kind: 'rollback', interval: '10m', timeout: '30s' }, '7d')).toEqual([]);
});

test('an interval of nothing, a patience of minutes and questions without number are said', () => {
  expect(problems({ interval: '0s' })).toEqual(['step 1: a gate\'s interval must be above 0, it is "0s"']);
  expect(problems({ timeout: '5m' })).toEqual([
    'step 1: a gate\'s timeout must be above 0 and at most 30s, it is "5m"',
  ]);
  expect(problems({}, '7d')).toEqual([
    'step 1: a gate asked every 30s for 7d is asked more than 2,000 times; give it a longer interval',
  ]);
});
