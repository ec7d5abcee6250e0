import type { Split, VersionRef } from '@laurel/domain';
import { modelProcesses } from '../../support/child-processes.js';
import { eventually } from '../../support/eventually.js';
import { buildClassifier, buildSlow } from '../../support/onnx-builder.js';
import { oneOff, type ServingWorld, splitOf, startServingWorld } from '../../support/serving-world.js';

const spec = { inputs: ['tenure'], weights: [-1], bias: 0, classes: ['No', 'Yes'] };
const absent = { version: 9, digest: `sha256:${'9'.repeat(64)}` as const, semver: '9.0.0', sample: 100 };

let world: ServingWorld;
let champion: VersionRef;
beforeEach(async () => {
  world = await startServingWorld();
  champion = await world.publish(1, buildClassifier(spec));
});
afterEach(() => world?.close());

const predict = () => world.post('/predict/churn', { tenure: 1 });
const metrics = async () => (await fetch(`${world.url}/metrics`, oneOff)).text();
const dropped = async () => Number(/laurel_shadow_dropped_total\{[^}]*\} (\d+)/.exec(await metrics())?.[1] ?? 0);
const shadowed = (sample: VersionRef): Split['shadow'] => ({ ...sample, sample: 100 });

/** Answers of `count` requests, `width` at a time. */
async function flood(count: number, width = 20): Promise<readonly number[]> {
  const statuses: number[] = [];
  const caller = async () => {
    while (statuses.length < count) statuses.push((await predict()).status);
  };
  await Promise.all(Array.from({ length: width }, caller));
  return statuses;
}

test('a shadow runs in a process of its own, which goes when the shadow goes', async () => {
  const shadow = shadowed(await world.publish(2, buildClassifier({ ...spec, bias: 1 })));
  await world.serve(splitOf({ champion, shadow }));
  expect(modelProcesses()).toHaveLength(1);
  await world.serve(splitOf({ champion, epoch: 2 }));
  await eventually(() => modelProcesses().length === 0, 'the process is gone', 15_000);
});

test('a shadow far slower than its primary drops copies, and every request is answered', async () => {
  const shadow = shadowed(await world.publish(2, buildSlow({ ...spec, layers: 32 })));
  await world.serve(splitOf({ champion, shadow }));
  const statuses = await flood(600);
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(await dropped()).toBeGreaterThan(0);
  await eventually(() => world.fleet.totals('shadow').requests > 0, 'some copies are compared');
  expect(world.fleet.totals('champion').errors).toBe(0);
});

test('a shadow whose process is killed counts failures, comes back, and no request notices', async () => {
  const shadow = shadowed(await world.publish(2, buildClassifier({ ...spec, bias: 1 })));
  await world.serve(splitOf({ champion, shadow }));
  const [first = 0] = modelProcesses();
  const flooding = flood(400, 4);
  process.kill(first, 'SIGKILL');
  expect(new Set(await flooding)).toEqual(new Set([200]));
  await eventually(() => world.fleet.totals('shadow').errors > 0, 'failures are counted');
  expect(world.fleet.totals('champion').errors).toBe(0);
  await eventually(() => modelProcesses().some((pid) => pid !== first), 'a new process');
  const { requests, errors } = world.fleet.totals('shadow');
  await eventually(async () => {
    await predict();
    const now = world.fleet.totals('shadow');
    return now.requests - now.errors > requests - errors;
  }, 'copies are answered again');
});

test('a split that shadows is acknowledged once the process is up', async () => {
  await world.serve(splitOf({ champion }));
  const shadow = shadowed(await world.publish(2, buildClassifier({ ...spec, bias: 1 })));
  world.fleet.prepared = [splitOf({ champion, challenger: shadow as VersionRef, weight: 0, shadow, epoch: 2 })];
  expect(modelProcesses()).toHaveLength(0);
  await eventually(() => world.fleet.acknowledgements.some(({ epoch }) => epoch === 2), 'the acknowledgement');
  expect(modelProcesses()).toHaveLength(1);
  expect(world.fleet.acknowledgements.find(({ epoch }) => epoch === 2)?.loaded).toEqual([
    champion.digest,
    shadow?.digest,
  ]);
});

test('a shadow that is given traffic is loaded a second time before that is acknowledged', async () => {
  const challenger = await world.publish(2, buildClassifier({ ...spec, weights: [1] }));
  const shadow = shadowed(challenger);
  await world.serve(splitOf({ champion, challenger, weight: 0, shadow }));
  const inputs = [{ name: 'tenure', datatype: 'FP32', shape: [1, 1], data: [1] }];
  expect((await world.post('/v2/models/churn/versions/2/infer', { inputs })).status).toBe(200);
  const next = splitOf({ champion, challenger, weight: 100, epoch: 2 });
  world.fleet.prepared = [next];
  await eventually(() => world.fleet.acknowledgements.some(({ epoch }) => epoch === 2), 'the acknowledgement');
  world.fleet.prepared = [];
  await world.serve(next);
  const [child = 0] = modelProcesses();
  if (child > 0) process.kill(child, 'SIGKILL');
  const answers = await Promise.all(Array.from({ length: 20 }, predict));
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  expect(answers[0]?.headers.get('x-laurel-version')).toBe('2');
});

test('a shadow that cannot be loaded holds up neither readiness nor callers', async () => {
  await world.serve(splitOf({ champion, shadow: absent }));
  expect(new Set(await flood(20))).toEqual(new Set([200]));
});

test('a process that drains leaves no processes of models', async () => {
  const shadow = shadowed(await world.publish(2, buildSlow(spec)));
  await world.serve(splitOf({ champion, shadow }));
  await flood(50);
  await world.serving.drain();
  expect(modelProcesses()).toHaveLength(0);
});
