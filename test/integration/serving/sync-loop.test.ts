import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.js';
import { buildClassifier } from '../../support/onnx-builder.js';
import { oneOff, type ServingWorld, splitOf, startServingWorld } from '../../support/serving-world.js';

const spec = { inputs: ['tenure'], weights: [-1], bias: 0, classes: ['No', 'Yes'] };
const absent = { version: 9, digest: `sha256:${'9'.repeat(64)}` as const, semver: '9.0.0' };

let world: ServingWorld;
beforeEach(async () => {
  world = await startServingWorld();
});
afterEach(() => world?.close());

const predict = () => world.post('/predict/churn', { tenure: 1 });
const loadedVersions = async () =>
  /laurel_loaded_versions (\d+)/.exec(await (await fetch(`${world.url}/metrics`, oneOff)).text())?.[1];

test('a process without endpoints is ready once it holds a lease', async () => {
  await eventually(() => world.serving.isReady(), 'ready');
  expect(world.fleet.leases).toEqual(new Set([world.process]));
});

test('a prepared epoch is loaded and acknowledged, and serves nobody before it is committed', async () => {
  const champion = await world.publish(1, buildClassifier(spec));
  const challenger = await world.publish(2, buildClassifier({ ...spec, bias: 1 }));
  const shadow = { ...(await world.publish(3, buildClassifier({ ...spec, bias: 2 }))), sample: 10 };
  await world.serve(splitOf({ champion }));
  const next = splitOf({ champion, challenger, weight: 100, shadow, epoch: 2 });
  world.fleet.prepared = [next];
  await eventually(() => world.fleet.acknowledgements.length > 0, 'the acknowledgement');
  expect(world.fleet.acknowledgements[0]).toEqual({
    endpoint: 'churn',
    epoch: 2,
    process: world.process,
    loaded: [champion.digest, challenger.digest, shadow.digest],
  });
  expect((await predict()).headers.get('x-laurel-epoch')).toBe('1');
  world.fleet.prepared = [];
  await world.serve(next);
  expect((await predict()).headers.get('x-laurel-version')).toBe('2');
});

test('a first champion that was prepared answers from its commit on, though the process has not looked yet', async () => {
  const first = splitOf({ champion: await world.publish(1, buildClassifier(spec)) });
  world.fleet.prepared = [first];
  await eventually(() => world.fleet.acknowledgements.length > 0, 'the acknowledgement');
  const early = await predict();
  expect([early.status, await early.json()]).toEqual([503, expect.objectContaining({ code: 'ModelNotReady' })]);
  world.fleet.committed = [first];
  world.fleet.prepared = [];
  const answers = await Promise.all(Array.from({ length: 20 }, predict));
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
  expect((await world.post('/predict/nobody', { tenure: 1 })).status).toBe(404);
});

test('an epoch that names a bad package is not acknowledged, and holds up no other', async () => {
  const champion = await world.publish(1, buildClassifier(spec));
  await world.serve(splitOf({ champion }));
  const other = await world.publish(2, buildClassifier(spec));
  world.fleet.prepared = [
    splitOf({ champion, challenger: absent, epoch: 2 }),
    splitOf({ champion: other, endpoint: 'other', epoch: 1 }),
  ];
  await eventually(() => world.fleet.acknowledgements.length > 0, 'the acknowledgement');
  expect(world.fleet.acknowledgements.map(({ endpoint }) => endpoint)).toEqual(['other']);
  expect((await predict()).status).toBe(200);
});

test('a tampered package never answers; the endpoint is not ready and says so', async () => {
  const champion = await world.publish(1, buildClassifier(spec));
  const manifest = join(world.root, 'objects', 'packages', champion.digest.replace(':', '/'), 'manifest.json');
  await writeFile(manifest, '{}');
  world.fleet.committed = [splitOf({ champion })];
  await eventually(() => world.fleet.leases.size > 0, 'a lease');
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect((await fetch(`${world.url}/readyz`, oneOff)).status).toBe(503);
  expect((await fetch(`${world.url}/v2/health/ready`, oneOff)).status).toBe(503);
  const response = await predict();
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('1');
  expect(await response.json()).toMatchObject({ code: 'ModelNotReady' });
});

test('a failed load is tried again, and the endpoint serves once the package is there', async () => {
  const champion = await world.publish(1, buildClassifier(spec));
  const waiting = { ...champion, digest: champion.digest };
  world.fleet.committed = [splitOf({ champion: absent })];
  await new Promise((resolve) => setTimeout(resolve, 600));
  world.fleet.committed = [splitOf({ champion: waiting, epoch: 2 })];
  await eventually(() => world.serving.isReady(), 'ready');
  expect((await predict()).status).toBe(200);
});

test('a committed challenger that is not loaded here gets no traffic here', async () => {
  const champion = await world.publish(1, buildClassifier(spec));
  await world.serve(splitOf({ champion }));
  world.fleet.committed = [splitOf({ champion, challenger: absent, weight: 100, epoch: 2 })];
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect((await predict()).headers.get('x-laurel-arm')).toBe('champion');
  expect(world.serving.isReady()).toBe(false);
});

test('without Postgres the last committed epoch is served, after two seconds to the champion alone', async () => {
  const champion = await world.publish(1, buildClassifier(spec));
  const challenger = await world.publish(2, buildClassifier({ ...spec, bias: 1 }));
  await world.serve(splitOf({ champion, challenger, weight: 100 }));
  expect((await predict()).headers.get('x-laurel-arm')).toBe('challenger');
  world.fleet.away = true;
  await new Promise((resolve) => setTimeout(resolve, 2_600));
  for (let index = 0; index < 5; index++) {
    const response = await predict();
    expect(response.status).toBe(200);
    expect(response.headers.get('x-laurel-arm')).toBe('champion');
  }
  world.fleet.away = false;
  await eventually(
    async () => (await predict()).headers.get('x-laurel-arm') === 'challenger',
    'the challenger is back',
  );
  await eventually(() => world.fleet.totals('champion').requests >= 5, 'what was counted meanwhile arrives');
});

test('versions that a rollback would need stay loaded; others are released after a pause', async () => {
  const old = await world.publish(1, buildClassifier(spec));
  const champion = await world.publish(2, buildClassifier({ ...spec, bias: 1 }));
  await world.serve(splitOf({ champion: old }));
  world.fleet.keepWarm = [{ ...old, endpoint: 'churn' }];
  await world.serve(splitOf({ champion, epoch: 2 }));
  expect(await loadedVersions()).toBe('2');
  world.fleet.keepWarm = [];
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(await loadedVersions()).toBe('2');
  await eventually(async () => (await loadedVersions()) === '1', 'the old version is released', 15_000);
  expect((await predict()).status).toBe(200);
});

test('an endpoint that is gone from the desired state is gone here', async () => {
  const champion = await world.publish(1, buildClassifier(spec));
  await world.serve(splitOf({ champion }));
  world.fleet.committed = [];
  await eventually(async () => (await predict()).status === 404, 'the endpoint is gone');
});
