import { headerRulesOf, planProblems, type RolloutStepSpec, routesAfter, shift } from '@laurel/domain';

const champion = { version: 1, digest: `sha256:${'1'.repeat(64)}`, semver: '1.0.0' } as const;
const challenger = { version: 2, digest: `sha256:${'2'.repeat(64)}`, semver: '1.0.1' } as const;

const staff = { name: 'staff', match: [{ headerName: 'x-team', headerValue: { exact: 'ml' } }] } as const;
const beta = {
  name: 'beta',
  match: [
    { headerName: 'x-beta', headerValue: { prefix: 'y' } },
    { headerName: 'user-agent', headerValue: { regex: '^canary/' } },
  ],
} as const;

const steps: readonly RolloutStepSpec[] = [
  { setHeaderRoute: staff },
  { setWeight: 5 },
  { setHeaderRoute: beta },
  { analysis: { metrics: ['errorRate'] } },
  { setHeaderRoute: { name: 'staff' } },
  { setWeight: 50 },
  { analysis: { metrics: ['errorRate'] } },
];
const metrics = {
  errorRate: { role: 'guardrail', direction: 'lower', margin: 0.01, minimumSample: 100 },
} as const;

test('a route stands from its step on, through every later weight, until a step removes it', () => {
  const names = steps.map((_, index) => routesAfter({ steps }, index).map(({ name }) => name));
  expect(names).toEqual([['staff'], ['staff'], ['staff', 'beta'], ['staff', 'beta'], ['beta'], ['beta'], ['beta']]);
});

test('a route that is set again keeps its place and has the new match', () => {
  const again: readonly RolloutStepSpec[] = [
    { setHeaderRoute: staff },
    { setHeaderRoute: beta },
    { setHeaderRoute: { name: 'staff', match: [{ headerName: 'x-team', headerValue: { exact: 'all' } }] } },
  ];
  expect(routesAfter({ steps: again }, 2).map(({ name, match }) => [name, match?.[0]?.headerValue])).toEqual([
    ['staff', { exact: 'all' }],
    ['beta', { prefix: 'y' }],
  ]);
});

test('every match is a rule of its own to the challenger, in the split of any weight', () => {
  const { headers } = shift({
    endpoint: 'churn',
    champion,
    challenger,
    weight: 0,
    shadowSample: 100,
    headers: headerRulesOf([staff, beta], challenger),
    fence: 7,
    incarnation: 7,
    stickyKey: null,
    baseline: null,
    appliedBy: 'rollout churn/7',
    reason: 'preview',
  });
  expect(headers).toEqual([
    { name: 'x-team', match: { kind: 'exact', value: 'ml' }, version: challenger },
    { name: 'x-beta', match: { kind: 'prefix', value: 'y' }, version: challenger },
    { name: 'user-agent', match: { kind: 'regex', value: '^canary/' }, version: challenger },
  ]);
});

test('a plan with routes that are set before they are removed has no problems', () => {
  expect(planProblems({ steps, metrics })).toEqual([]);
});

test('removing what was never set, an empty match and a regex that is none are said before any traffic moves', () => {
  const wrong: readonly RolloutStepSpec[] = [
    { setHeaderRoute: { name: 'gone' } },
    { setHeaderRoute: { name: 'empty', match: [] } },
    { setHeaderRoute: { name: 'open', match: [{ headerName: 'x', headerValue: { regex: '(' } }] } },
    { setHeaderRoute: { name: 'long', match: [{ headerName: 'x', headerValue: { regex: 'a'.repeat(201) } }] } },
  ];
  expect(planProblems({ steps: wrong, metrics })).toEqual([
    'step 1: setHeaderRoute removes the route "gone", which no step before it has set; give it a match to set it',
    'step 2: the route "empty" has an empty match; leave match out to remove the route',
    'step 3: the route "open": header "x" has a regex that is none: "("',
    'step 4: the route "long": header "x" has a regex of 201 characters; at most 200',
  ]);
});

test('who asks by a header is no random sample: a route alone gives an analysis nothing to observe', () => {
  const alone: readonly RolloutStepSpec[] = [{ setHeaderRoute: staff }, { analysis: { metrics: ['errorRate'] } }];
  expect(planProblems({ steps: alone, metrics })).toEqual([
    'step 2: an analysis needs a shadow or a setWeight before it, there is nothing to observe yet',
  ]);
});
