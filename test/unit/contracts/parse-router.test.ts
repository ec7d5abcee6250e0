import { parseProject } from '@laurel/contracts/schemas';
import { planOf } from '@laurel/domain';
import { leastProject } from './example-project.js';

/** The least project with a router, and a plan without a shadow. */
function parse(
  router: string,
  rollout = '{ steps: [{ setWeight: 5 }, { analysis: { metrics: [errorRate, accuracy] } }] }',
) {
  return parseProject(`${leastProject}\n  serving: { router: ${router} }\n  rollout: ${rollout}\n`, {
    file: 'laurel.yaml',
  });
}

function messages(...given: Parameters<typeof parse>): readonly string[] {
  const parsed = parse(...given);
  return parsed.ok ? [] : parsed.problems.map(({ message }) => message);
}

const istio = '{ kind: istio, namespace: ml, service: laurel-serving }';
const kserve = '{ kind: kserve, namespace: ml, storageUri: "s3://models/{digest}" }';

test('what a router needs is filled up with what is usual, and serving processes are told of it', () => {
  const parsed = parse(istio);
  if (!parsed.ok) throw new Error(messages(istio).join('; '));
  expect(parsed.project.spec.serving.router).toEqual({
    kind: 'istio',
    namespace: 'ml',
    service: 'laurel-serving',
    port: 8480,
    shadow: 'serving',
    gateways: [],
    versionLabel: null,
    status: false,
    onConflict: 'report',
  });
  expect(planOf(parsed.project.spec).policy).toMatchObject({ isRouted: true });
});

test('without a router serving processes divide the traffic', () => {
  const parsed = parse('null');
  expect(parsed.ok && planOf(parsed.project.spec).policy).not.toHaveProperty('isRouted');
});

test('a plan that the router cannot route is refused with the project file', () => {
  const sticky = '{ stickyKey: id, steps: [{ setWeight: 5 }, { analysis: { metrics: [errorRate, accuracy] } }] }';
  expect(messages(istio, sticky).join(' ')).toMatch(
    /line \d+: spec\.serving\.router: Istio cannot keep a weighted split sticky, so stickyKey "id" would be ignored\./,
  );
  const shadow = '{ steps: [{ shadow: { sample: 10, until: { requests: 9 } } }, { setWeight: 2.5 }] }';
  expect(messages(kserve, shadow).join(' ')).toMatch(
    /KServe cannot copy requests to a shadow\..*KServe routes in steps of 1 %, not 2\.5 %\./,
  );
});

test.each([
  ['a kind that is none', '{ kind: nginx, namespace: ml }', /kind/],
  [
    'a key of another kind',
    '{ kind: kserve, namespace: ml, storageUri: "s3://m/{digest}", port: 80 }',
    /no key "port"/,
  ],
  ['files without a version', '{ kind: kserve, namespace: ml, storageUri: "s3://models/churn" }', /storageUri/],
  ['no parent', '{ kind: gatewayApi, namespace: ml, service: a, parents: [] }', /parents/],
  ['a Service for each version, and no host', '{ kind: istio, namespace: ml, service: "churn-v{version}" }', /hosts/],
  [
    'a Service and a label for each version',
    '{ kind: istio, namespace: ml, service: "churn-v{version}", hosts: [churn], versionLabel: version }',
    /versionLabel/,
  ],
])('%s is refused', (_, router, sentence) => {
  expect(messages(router).join(' ')).toMatch(sentence);
});
