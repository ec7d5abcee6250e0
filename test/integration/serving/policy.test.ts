import type { ServingPolicy, Split, VersionRef } from '@laurel/domain';
import { createLogger, type Logger } from '@laurel/telemetry';
import { buildSquare, publishGraph } from '../../support/bare-graphs.js';
import { eventually } from '../../support/eventually.js';
import { buildClassifier, buildNaN } from '../../support/onnx-builder.js';
import {
  bodyOf,
  type PredictBody,
  type ServingWorld,
  splitOf,
  startServingWorld,
} from '../../support/serving-world.js';

const spec = { inputs: ['tenure'], weights: [-1], bias: 0, classes: ['No', 'Yes'] };
const good = buildClassifier(spec);
const opposite = buildClassifier({ ...spec, weights: [1] });
const baseline = { label: 'No', probability: 0.27 };
const policy: ServingPolicy = {
  sla: { latencyMilliseconds: 50, confidence: null },
  batching: { maximumRows: 64 },
  log: { durability: 'relaxed', sample: 100, redact: [] },
};

let world: ServingWorld;
let champion: VersionRef;

beforeEach(async () => {
  world = await startServingWorld();
  champion = await world.publish(1, good);
});
afterEach(() => world?.close());

const ask = async (row: object, headers: Record<string, string> = {}) => {
  const response = await world.post('/predict/churn', row, headers);
  const label = response.ok ? (await bodyOf<PredictBody>(response)).predictions[0]?.label : null;
  return {
    status: response.status,
    label,
    arm: response.headers.get('x-laurel-arm'),
    fallback: response.headers.get('x-laurel-fallback'),
    retryAfter: response.headers.get('retry-after'),
    version: response.headers.get('x-laurel-version'),
  };
};

test('a header rule goes before sticky key and weights, by equality, prefix or expression', async () => {
  const challenger = await world.publish(2, opposite);
  const rule = (kind: 'exact' | 'prefix' | 'regex', value: string) => ({
    name: 'X-Team',
    match: { kind, value },
    version: challenger,
  });
  const split = splitOf({ champion, challenger, weight: 0 });
  const headers = [rule('exact', 'growth'), rule('prefix', 'beta-'), rule('regex', '^qa\\d$')];
  await world.serve({ ...split, headers });
  for (const team of ['growth', 'beta-1', 'qa7']) {
    expect(await ask({ tenure: 1 }, { 'x-team': team })).toMatchObject({ arm: 'challenger', label: 'Yes' });
  }
  for (const team of ['growth2', 'abeta-1', 'qa']) {
    expect(await ask({ tenure: 1 }, { 'x-team': team })).toMatchObject({ arm: 'champion', label: 'No' });
  }
});

test('a version answers by its label too', async () => {
  const challenger = await world.publish(2, opposite);
  await world.serve(splitOf({ champion, challenger, weight: 0 }));
  const inputs = [{ name: 'tenure', shape: [1], datatype: 'FP32', data: [1] }];
  const versionOf = async (label: string) =>
    (await world.post(`/v2/models/churn/versions/${label}/infer`, { inputs })).headers.get('x-laurel-version');
  expect(await Promise.all(['champion', 'challenger', '2', '1.2.0'].map(versionOf))).toEqual(['1', '2', '2', '2']);
});

test('below the confidence that the endpoint asks for the baseline answers and says so; the version is not blamed', async () => {
  const sla = { latencyMilliseconds: null, confidence: 0.9 };
  await world.serve({ ...splitOf({ champion, baseline }), policy: { ...policy, sla } });
  expect(await ask({ tenure: 5 })).toMatchObject({ arm: 'champion', fallback: 'false' });
  for (let index = 0; index < 40; index++) {
    expect(await ask({ tenure: 0.1 })).toMatchObject({ status: 200, arm: 'baseline', fallback: 'true', label: 'No' });
  }
  expect(await ask({ tenure: 5 })).toMatchObject({ arm: 'champion', fallback: 'false' });
});

test('a champion that keeps failing is left alone after 20 requests; every client gets the baseline meanwhile', async () => {
  const bad = await world.publish(2, buildNaN({ ...spec, above: 10 }));
  await world.serve(splitOf({ champion: bad, baseline }));
  expect(await ask({ tenure: 1 })).toMatchObject({ arm: 'champion' });
  for (let index = 0; index < 30; index++) {
    expect(await ask({ tenure: 99 })).toMatchObject({ status: 200, arm: 'baseline', fallback: 'true' });
  }
  expect(await ask({ tenure: 1 })).toMatchObject({ status: 200, arm: 'baseline', fallback: 'true' });
  const metrics = await (await fetch(`${world.url}/metrics`)).text();
  expect(metrics).toMatch(/laurel_breaker_state\{endpoint="churn",version="2"\} 2/);
});

const before = { ...policy, baselineVersion: 'champion@previous' as const };

/** Serves a split whose champion comes after `previous`, and waits until both are in memory. */
async function serveBefore(previous: VersionRef, split: Split): Promise<void> {
  world.fleet.previous = [{ ...previous, endpoint: split.endpoint }];
  await world.serve(split);
  const metrics = async () => (await fetch(`${world.url}/metrics`)).text();
  await eventually(async () => (await metrics()).includes('laurel_loaded_versions 2\n'), 'both are loaded');
}

test('the champion before answers where the champion fails, at once and while the breaker is open', async () => {
  const bad = await world.publish(2, buildNaN({ ...spec, above: 10 }));
  await serveBefore(champion, splitOf({ champion: bad, baseline, policy: before }));
  const fromBefore = { status: 200, arm: 'baseline', fallback: 'true', version: '1', label: 'No' };
  for (let index = 0; index < 30; index++) expect(await ask({ tenure: 99 })).toMatchObject(fromBefore);
  expect(await ask({ tenure: -5 })).toMatchObject({ ...fromBefore, label: 'Yes' });
  const metrics = await (await fetch(`${world.url}/metrics`)).text();
  expect(metrics).toMatch(/laurel_breaker_state\{endpoint="churn",version="2"\} 2/);
  expect(metrics).toMatch(/laurel_breaker_state\{endpoint="churn",version="1"\} 0/);
  expect(metrics).toMatch(/laurel_fallbacks_total\{endpoint="churn",version="2",to="baseline"\} 31/);
});

test('where both fail the constant answers, and both are left alone', async () => {
  const bad = await world.publish(2, buildNaN({ ...spec, above: 10 }));
  const worse = await world.publish(3, buildNaN({ ...spec, weights: [-2], above: 10 }));
  await serveBefore(bad, splitOf({ champion: worse, baseline, policy: before }));
  for (let index = 0; index < 30; index++) {
    expect(await ask({ tenure: 99 })).toMatchObject({ status: 200, arm: 'baseline', version: '3', label: 'No' });
  }
  const metrics = await (await fetch(`${world.url}/metrics`)).text();
  for (const version of [2, 3]) {
    expect(metrics).toContain(`laurel_breaker_state{endpoint="churn",version="${version}"} 2`);
  }
});

test.each([
  ['the constant answers', baseline, { status: 200, arm: 'baseline', label: 'No' }],
  ['nothing does', null, { status: 500 }],
])(
  'without a champion before, as after a rollback to the first, %s, and the log warns of it',
  async (_, constant, answer) => {
    const warnings: unknown[] = [];
    await world.close();
    world = await startServingWorld(undefined, null, null, { log: aLog(warnings) });
    const bad = await world.publish(1, buildNaN({ ...spec, above: 10 }));
    await world.serve(splitOf({ champion: bad, baseline: constant, policy: before }));
    expect(await ask({ tenure: 99 })).toMatchObject(answer);
    const instead = constant === null ? 'nothing' : 'the constant';
    expect(warnings).toEqual([`no champion was before this one: ${instead} answers as the baseline`]);
  },
);

test('a rollback makes another version the baseline, without a failed request', async () => {
  const second = await world.publish(2, opposite);
  const bad = await world.publish(3, buildNaN({ ...spec, above: 10 }));
  await serveBefore(second, splitOf({ champion: bad, policy: before }));
  expect(await ask({ tenure: 99 })).toMatchObject({ status: 200, arm: 'baseline', version: '2', label: 'Yes' });
  const asking = Array.from({ length: 100 }, async (_, index) => {
    await new Promise((resolve) => setTimeout(resolve, 10 * index));
    return ask({ tenure: 99 });
  });
  world.fleet.previous = [{ ...champion, endpoint: 'churn' }];
  await world.serve(splitOf({ champion: second, epoch: 2, policy: before }));
  const answers = await Promise.all(asking);
  expect(new Set(answers.map(({ status, version, label }) => `${status} ${version} ${label}`))).toEqual(
    new Set(['200 2 Yes']),
  );
});

test('a version that is unsure gives way to the one before where that is sure', async () => {
  const unsure = await world.publish(2, buildClassifier({ ...spec, weights: [0.01] }));
  const sla = { latencyMilliseconds: null, confidence: 0.9 };
  await serveBefore(champion, splitOf({ champion: unsure, baseline, policy: { ...before, sla } }));
  expect(await ask({ tenure: 5 })).toMatchObject({ arm: 'baseline', version: '1', fallback: 'true', label: 'No' });
  expect(await ask({ tenure: 0.1 })).toMatchObject({ arm: 'baseline', version: '2', label: 'No' });
});

test('a pinned version is answered by itself or not at all', async () => {
  const bad = await world.publish(2, buildNaN({ ...spec, above: 10 }));
  await serveBefore(champion, splitOf({ champion: bad, baseline, policy: before }));
  const inputs = [{ name: 'tenure', shape: [1], datatype: 'FP32', data: [99] }];
  expect((await world.post('/v2/models/churn/versions/2/infer', { inputs })).status).toBe(500);
});

/** A log that keeps the sentences of its warnings. */
function aLog(warnings: unknown[]): Logger {
  const log = createLogger({ process: 'serving', level: 'silent' });
  return Object.assign(log, { warn: (_details: object, message: string) => void warnings.push(message) });
}

test('without a baseline an open breaker answers 503 and when to come back', async () => {
  const bad = await world.publish(2, buildNaN({ ...spec, above: 10 }));
  await world.serve(splitOf({ champion: bad }));
  const statuses: number[] = [];
  for (let index = 0; index < 21; index++) statuses.push((await ask({ tenure: 99 })).status);
  expect(statuses.slice(0, 20)).toEqual(Array(20).fill(500));
  expect(await ask({ tenure: 1 })).toMatchObject({ status: 503, retryAfter: '5' });
});

test('numbers so large that a sound model overflows on them are the caller’s fault, and shut nobody else out', async () => {
  const square = buildSquare();
  const version = await publishGraph(world, 3, square);
  await world.serve(splitOf({ champion: version, endpoint: 'square' }));
  const send = (value: string) =>
    world.post(
      '/v2/models/square/infer',
      `{"inputs":[{"name":"x","shape":[1,1],"datatype":"FP32","data":[${value}]}]}`,
    );
  for (let index = 0; index < 40; index++) {
    const response = await send('3e38');
    expect(response.status).toBe(400);
    if (index === 0)
      expect(await response.text()).toMatch('at 0, on which the model overflows; send values within ±1e18');
  }
  expect((await send('3')).status).toBe(200);
});

test('what callers do wrong never opens a breaker', async () => {
  await world.serve(splitOf({ champion, baseline }));
  for (let index = 0; index < 60; index++) expect((await ask({ tenure: 'old' })).status).toBe(400);
  expect(await ask({ tenure: 1 })).toMatchObject({ arm: 'champion', fallback: 'false' });
});
