import { planNeeds, type RouterKind, routerCapabilities, routerProblems } from '@laurel/domain';

const kinds = Object.keys(routerCapabilities) as RouterKind[];
const nothing = { stickyKey: null, headers: [], mirror: false, shares: [0, 5, 50, 100] };

test('whole shares without anything beside them are routed by every router', () => {
  expect(kinds.flatMap((kind) => routerProblems(nothing, kind))).toEqual([]);
});

test('only the split table keeps people on a weighted arm, and the others say so', () => {
  const needs = { ...nothing, stickyKey: 'customer_id' };
  expect(kinds.filter((kind) => routerProblems(needs, kind).length === 0)).toEqual(['splitTable']);
  expect(routerProblems(needs, 'istio')).toEqual([
    'Istio cannot keep a weighted split sticky, so stickyKey "customer_id" would be ignored',
  ]);
});

test('each thing that is asked and cannot be done is one sentence', () => {
  const needs = { stickyKey: 'id', headers: ['exact', 'exact', 'prefix'], mirror: true, shares: [2.5] } as const;
  expect(routerProblems(needs, 'kserve')).toEqual([
    'KServe cannot keep a weighted split sticky, so stickyKey "id" would be ignored',
    "KServe cannot route by a header's exact value",
    "KServe cannot route by a header's prefix value",
    'KServe cannot copy requests to a shadow',
    'KServe routes in steps of 1 %, not 2.5 %',
  ]);
  expect(routerProblems(needs, 'splitTable')).toEqual([]);
});

test('a plan needs stickiness only where it shares the traffic, and a mirror where it has a shadow', () => {
  const shadow = { shadow: { sample: 100, until: { requests: 10 } } };
  expect(planNeeds({ stickyKey: 'id', steps: [shadow] })).toEqual({
    stickyKey: null,
    headers: [],
    mirror: true,
    shares: [],
  });
  const needs = planNeeds({ stickyKey: 'id', steps: [{ setWeight: 0.5 }, { pause: {} }, { setWeight: 100 }] });
  expect(needs).toEqual({ stickyKey: 'id', headers: [], mirror: false, shares: [0.5, 100] });
});

test('a plan needs the conditions on headers of its routes', () => {
  const match = [
    { headerName: 'x-team', headerValue: { exact: 'ml' } },
    { headerName: 'x-beta', headerValue: { prefix: 'y' } },
  ];
  const { headers } = planNeeds({ stickyKey: null, steps: [{ setHeaderRoute: { name: 'team', match } }] });
  expect(headers).toEqual(['exact', 'prefix']);
});
