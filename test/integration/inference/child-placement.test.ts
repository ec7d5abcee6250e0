import { createModelRunner, type LoadOptions, loadGraph } from '@laurel/inference';
import type { RunnableModel } from '@laurel/ports';
import { createDrift } from '../../../libs/inference/src/drift.js';
import { loopMilliseconds } from '../../../libs/inference/src/place-graph.js';
import { verifiedOf } from '../../support/built-package.js';
import { buildDeep } from '../../support/child-graphs.js';
import { buildClassifier, buildRegressor, buildSlow } from '../../support/onnx-builder.js';

const spec = { inputs: ['tenure'], weights: [-1], bias: 0, classes: ['No', 'Yes'] };
const models: RunnableModel[] = [];
afterEach(async () => {
  await Promise.all(models.splice(0).map((model) => model.release()));
});

async function keep(loading: Promise<RunnableModel>): Promise<RunnableModel> {
  const model = await loading;
  models.push(model);
  return model;
}

const bare = (model: Uint8Array, options: Partial<LoadOptions>) =>
  keep(loadGraph(model, { signature: null, ...options }));

test('without a wish everything runs on the loop', async () => {
  const model = await keep(createModelRunner().load(verifiedOf(buildSlow(spec))));
  expect(model.place).toBe('loop');
});

test('a cheap model runs on the loop, with batches as large as the loop has time for', async () => {
  const model = await keep(
    createModelRunner({ isolate: 'measured' }).load(verifiedOf(buildRegressor({ ...spec, weights: [2] }))),
  );
  expect(model.place).toBe('loop');
  expect(model.cost.maximumRows).toBeGreaterThanOrEqual(64);
  expect(model.cost.milliseconds).toBeLessThanOrEqual(loopMilliseconds);
  expect(await model.predict([{ tenure: 4 }])).toEqual([{ label: null, probabilities: null, value: 8 }]);
});

test('a model that is slow for a single row runs in a child, with full batches, and predicts the same', async () => {
  const built = buildSlow(spec);
  const child = await keep(createModelRunner({ isolate: 'measured' }).load(verifiedOf(built)));
  const loop = await keep(createModelRunner().load(verifiedOf(built)));
  expect([child.place, child.cost.maximumRows]).toEqual(['child', 64]);
  expect(child.cost.milliseconds).toBeGreaterThan(loopMilliseconds);
  const rows = [{ tenure: 1 }, { tenure: -3 }];
  expect(await child.predict(rows)).toEqual(await loop.predict(rows));
});

test('a model whose full batch is too much for the loop gets smaller batches, or a child', async () => {
  const model = await bare(buildDeep({ width: 512, layers: 12 }), { isolate: 'measured' });
  const { place, cost } = model;
  if (place === 'child') expect(cost.maximumRows).toBe(64);
  else expect(cost.milliseconds).toBeLessThanOrEqual(loopMilliseconds);
  if (place === 'loop') expect(cost.maximumRows).toBeLessThan(64);
});

test('a model that is asked for aside runs in a child, however cheap it is', async () => {
  const runner = createModelRunner();
  const aside = await keep(runner.load(verifiedOf(buildClassifier(spec)), { aside: true }));
  const main = await keep(runner.load(verifiedOf(buildClassifier(spec))));
  expect([aside.place, main.place]).toEqual(['child', 'loop']);
  const rows = [{ tenure: 1 }, { tenure: -1 }];
  expect(await aside.predict(rows)).toEqual(await main.predict(rows));
});

test('a graph that is not what its signature says is refused wherever it would run', async () => {
  const built = buildClassifier(spec);
  const other = buildRegressor({ inputs: ['x'], weights: [1], bias: 0 });
  const wrong = verifiedOf({ model: built.model, signature: other.signature });
  for (const isolate of ['never', 'measured', 'always'] as const) {
    await expect(createModelRunner({ isolate }).load(wrong)).rejects.toMatchObject({ code: 'ModelUnsafe' });
  }
});

test('the log says where a model runs and what a batch costs', async () => {
  const lines: object[] = [];
  const log = { info: (details: object) => void lines.push(details), warn: () => undefined };
  await keep(createModelRunner({ log, isolate: 'always' }).load(verifiedOf(buildClassifier(spec))));
  expect(lines).toEqual([
    expect.objectContaining({
      place: 'child',
      aside: false,
      cost: { maximumRows: 64, milliseconds: expect.any(Number) },
    }),
  ]);
});

test('runs that come to take longer than the loop can spare are noticed once, and not for a few slow ones', () => {
  const means: number[] = [];
  const drift = createDrift(1, (mean) => void means.push(mean));
  for (let run = 0; run < 1_000; run++) drift.ran(run % 100 === 0 ? 30 : 0.5);
  expect(means).toEqual([]);
  for (let run = 0; run < 1_000; run++) drift.ran(2);
  expect(means).toHaveLength(1);
  expect(means[0]).toBeGreaterThan(1);
});
