import type { VersionRef } from '@laurel/domain';
import { eventually } from '../../support/eventually.js';
import { buildClassifier, buildFailing, buildNaN } from '../../support/onnx-builder.js';
import { bodyOf, type InferBody, type ServingWorld, splitOf, startServingWorld } from '../../support/serving-world.js';

const spec = { inputs: ['tenure'], weights: [-1], bias: 0, classes: ['No', 'Yes'] };
const good = buildClassifier(spec);
const opposite = buildClassifier({ ...spec, weights: [1] });

let world: ServingWorld;
let champion: VersionRef;

beforeEach(async () => {
  world = await startServingWorld();
  champion = await world.publish(1, good);
});
afterEach(() => world?.close());

/** Sends one row after the other and gives the arms that answered. */
async function send(requests: number, row: object = { tenure: 1 }): Promise<string[]> {
  const arms: string[] = [];
  for (let index = 0; index < requests; index++) {
    const response = await world.post('/predict/churn', row);
    expect(response.status).toBe(200);
    arms.push(
      `${response.headers.get('x-laurel-arm')}${response.headers.get('x-laurel-fallback') === 'true' ? '!' : ''}`,
    );
  }
  return arms;
}

test('the share of a challenger follows its weight, and a sticky key stays with its arm', async () => {
  const challenger = await world.publish(2, opposite);
  await world.serve(splitOf({ champion, challenger, weight: 30, stickyKey: 'customer_id' }));
  const armOf = async (key: number) => (await send(1, { tenure: 1, customer_id: `c-${key}` }))[0];
  const first = await Promise.all(Array.from({ length: 300 }, (_, key) => armOf(key)));
  const share = first.filter((arm) => arm === 'challenger').length / 300;
  expect(share).toBeGreaterThan(0.2);
  expect(share).toBeLessThan(0.4);
  expect(await Promise.all(first.slice(0, 50).map((_, key) => armOf(key)))).toEqual(first.slice(0, 50));
  const byHeader = await world.post('/predict/churn', { tenure: 1 }, { 'x-laurel-sticky-key': 'c-7' });
  expect(byHeader.headers.get('x-laurel-arm')).toBe(first[7]);
});

test('a challenger that answers NaN is never seen by a client, counts as failing, and is refused for good', async () => {
  const challenger = await world.publish(2, buildNaN({ ...spec, above: -5 }));
  await world.serve(splitOf({ champion, challenger, weight: 50 }));
  const arms = await send(60);
  expect(new Set(arms)).toEqual(new Set(['champion', 'champion!']));
  expect(arms.filter((arm) => arm === 'champion!')).toHaveLength(5);
  await eventually(() => world.fleet.ejections.length > 0, 'the refusal is reported');
  expect(world.fleet.ejections).toEqual([
    { endpoint: 'churn', epoch: 1, process: world.process, reason: '5 invalid outputs in a row' },
  ]);
  await eventually(() => world.fleet.totals('challenger').requests === 5, 'the sums arrive');
  expect(world.fleet.totals('challenger')).toEqual({ requests: 5, errors: 5, disagreements: 0 });
  await eventually(() => world.fleet.predictions.size === 60, 'the records arrive');
  const failed = [...world.fleet.predictions.values()].filter(({ status }) => status === 'error');
  expect(failed).toHaveLength(5);
  expect(failed[0]).toMatchObject({ arm: 'challenger', version: 2, label: null, fallback: true });
});

test('a refused challenger stays refused in the next epoch of its rollout, and a new rollout starts afresh', async () => {
  const challenger = await world.publish(2, buildFailing({ ...spec, above: 10 }));
  await world.serve(splitOf({ champion, challenger, weight: 50 }));
  await send(40, { tenure: 11 });
  await world.serve(splitOf({ champion, challenger, weight: 80, epoch: 2 }));
  expect(new Set(await send(20))).toEqual(new Set(['champion']));
  await world.serve({ ...splitOf({ champion, challenger, weight: 100, epoch: 3 }), incarnation: 2 });
  expect(new Set(await send(5))).toEqual(new Set(['challenger']));
});

test('rows that only the challenger refuses are answered by the champion', async () => {
  const needy = buildClassifier({ ...spec, inputs: ['tenure', 'age'], weights: [1, 1] });
  const challenger = await world.publish(2, needy);
  await world.serve(splitOf({ champion, challenger, weight: 100 }));
  expect(await send(1)).toEqual(['champion!']);
  const bad = await world.post('/predict/churn', { tenure: 'old' });
  expect(bad.status).toBe(400);
});

test('when the champion fails the baseline answers and says so', async () => {
  const failing = await world.publish(2, buildFailing({ ...spec, above: 10 }));
  const baseline = { label: 'No', probability: 0.27 };
  await world.serve(splitOf({ champion: failing, baseline }));
  const response = await world.post('/predict/churn', { tenure: 11 });
  expect(response.status).toBe(200);
  expect(response.headers.get('x-laurel-arm')).toBe('baseline');
  expect(await response.json()).toMatchObject({
    arm: 'baseline',
    fallback: true,
    predictions: [{ label: 'No', probabilities: { No: 0.73, Yes: 0.27 } }],
  });
  const inputs = [{ name: 'tenure', shape: [1], datatype: 'FP32', data: [11] }];
  const infer = await bodyOf<InferBody>(world.post('/v2/models/churn/infer', { inputs }));
  expect(infer.outputs[0]?.data).toEqual(['No']);
});

test('when the champion fails without a baseline the client is told', async () => {
  const failing = await world.publish(2, buildFailing({ ...spec, above: 10 }));
  await world.serve(splitOf({ champion: failing }));
  const response = await world.post('/predict/churn', { tenure: 11 });
  expect(response.status).toBe(500);
  expect(await response.json()).toMatchObject({ code: 'ModelOutputInvalid' });
  await eventually(() => world.fleet.totals('champion').errors === 1, 'the error is counted');
});

test('a shadow sees every copied request, is compared, and never answers', async () => {
  const shadow = { ...(await world.publish(2, opposite)), sample: 100 };
  await world.serve(splitOf({ champion, shadow }));
  expect(new Set(await send(30, { tenure: 2 }))).toEqual(new Set(['champion']));
  await send(10, { tenure: 0 });
  await eventually(() => world.fleet.totals('shadow').requests === 40, 'all copies are counted');
  expect(world.fleet.totals('shadow')).toEqual({ requests: 40, errors: 0, disagreements: 30 });
  const records = [...world.fleet.predictions.values()];
  const copies = records.filter(({ arm }) => arm === 'shadow');
  expect(copies).toHaveLength(40);
  for (const copy of copies) {
    const primary = world.fleet.predictions.get(copy.shadowOf ?? '');
    expect(primary).toMatchObject({ arm: 'champion', shadowOf: null });
  }
});

test('a failing shadow is counted and disturbs nobody', async () => {
  const shadow = { ...(await world.publish(2, buildFailing({ ...spec, above: 10 }))), sample: 100 };
  await world.serve(splitOf({ champion, shadow }));
  expect(new Set(await send(10, { tenure: 11 }))).toEqual(new Set(['champion']));
  await eventually(() => world.fleet.totals('shadow').errors === 10, 'the errors are counted');
});

test('every arm of every committed split is heard of each second, also without requests', async () => {
  await world.serve(splitOf({ champion }));
  const seconds = () => new Set([...world.fleet.sums.values()].map(({ second }) => second)).size;
  await eventually(() => seconds() >= 3, 'three seconds of sums');
  expect([...world.fleet.sums.values()][0]).toMatchObject({ arm: 'champion', version: 1, requests: 0, latency: {} });
});

test('without a rollout no records are written, only sums', async () => {
  await world.serve(splitOf({ champion }));
  await send(10);
  await eventually(() => world.fleet.totals('champion').requests === 10, 'the sums arrive');
  expect(world.fleet.predictions.size).toBe(0);
});
