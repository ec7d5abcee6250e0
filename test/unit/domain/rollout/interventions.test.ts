import { type RolloutStepSpec, rerunProblem, skipProblem } from '@laurel/domain';

const steps: readonly RolloutStepSpec[] = [
  { shadow: { sample: 100, until: { requests: 10 } } },
  { analysis: { metrics: ['errorRate'] } },
  { setWeight: 10 },
  { pause: {} },
  { approval: { approvers: 1 } },
  { analysis: { metrics: ['errorRate'] } },
  { pause: { duration: '1m' } },
];

test('only what waits for traffic or time is skipped, and never the analysis that promotes', () => {
  expect(steps.map((_, index) => skipProblem({ steps }, index))).toEqual([
    undefined,
    undefined,
    'a step that moves traffic is not skipped',
    undefined,
    'an approval is given or rejected, not skipped',
    'the last analysis is not skipped, because only its stored PASS promotes',
    undefined,
  ]);
  expect(skipProblem({ steps }, -1)).toBe('no step is in progress');
});

test('an analysis, a shadow and a pause are run again, other steps are not', () => {
  expect(steps.map((_, index) => rerunProblem({ steps }, index) === undefined)).toEqual([
    true,
    true,
    false,
    true,
    false,
    true,
    true,
  ]);
});
