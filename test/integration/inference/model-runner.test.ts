import { createModelRunner } from '@laurel/inference';
import { verifiedOf } from '../../support/built-package.js';
import {
  type BuiltModel,
  buildClassifier,
  buildExternal,
  buildFailing,
  buildNaN,
  buildRegressor,
  buildSlow,
} from '../../support/onnx-builder.js';

const spec = {
  inputs: [
    'tenure',
    { name: 'contract', dtype: 'BYTES' as const, optional: true, categories: { monthly: 1, yearly: -1 } },
  ],
  weights: [-1, 2],
  bias: 0,
  classes: ['No', 'Yes'],
};
const load = (built: BuiltModel) => createModelRunner().load(verifiedOf(built));
const sigmoid = (score: number) => 1 / (1 + Math.exp(-score));

test.each(['text', 'index'] as const)('a classifier with labels as %s predicts raw rows', async (label) => {
  const model = await load(buildClassifier({ ...spec, label }));
  const predictions = await model.predict([
    { tenure: 1, contract: 'monthly', customer_id: 'c-1' },
    { tenure: '3', contract: null },
  ]);
  expect(predictions.map((prediction) => prediction.label)).toEqual(['Yes', 'No']);
  expect(predictions[0]?.probabilities?.[1]).toBeCloseTo(sigmoid(1), 6);
  expect(predictions[1]?.probabilities?.[1]).toBeCloseTo(sigmoid(-3), 6);
  await model.release();
});

test('a regression predicts values', async () => {
  const model = await load(buildRegressor({ inputs: ['a', 'b'], weights: [2, -1], bias: 0.5 }));
  expect(await model.predict([{ a: 1, b: 4 }])).toEqual([{ label: null, probabilities: null, value: -1.5 }]);
  await model.release();
});

test('three classes keep their order', async () => {
  const classes = ['red', 'green', 'blue'];
  const model = await load(buildClassifier({ inputs: ['x'], weights: [[1, 0, -1]], bias: [0, 0, 0], classes }));
  const labels = (await model.predict([{ x: 5 }, { x: -5 }])).map(({ label }) => label);
  expect(labels).toEqual(['red', 'blue']);
  await model.release();
});

test('a batch gives what its rows give alone, also across pieces', async () => {
  const model = await load(buildClassifier(spec));
  const rows = Array.from({ length: 2500 }, (_, index) => ({
    tenure: index % 7,
    contract: index % 2 ? 'monthly' : 'yearly',
  }));
  const together = await model.predict(rows);
  expect(together).toHaveLength(2500);
  for (const index of [0, 1023, 1024, 2499]) {
    const [alone] = await model.predict([rows[index] ?? { tenure: 0 }]);
    expect(together[index]).toEqual(alone);
  }
  await model.release();
});

test('a bad row in a later piece is named by its place in the request', async () => {
  const model = await load(buildClassifier(spec));
  const rows = Array.from({ length: 2000 }, (_, index) => ({ tenure: index === 1500 ? 'old' : 1 }));
  await expect(model.predict(rows)).rejects.toMatchObject({
    code: 'InvalidInput',
    details: [{ path: 'rows[1500].tenure' }],
  });
  await model.release();
});

test('a model that answers NaN loads, and each such answer is ModelOutputInvalid', async () => {
  const model = await load(buildNaN({ ...spec, above: 100 }));
  expect((await model.predict([{ tenure: 5 }]))[0]?.label).toBe('No');
  await expect(model.predict([{ tenure: 101 }])).rejects.toMatchObject({ code: 'ModelOutputInvalid' });
  await model.release();
});

test('a model that fails on some rows fails only there', async () => {
  const model = await load(buildFailing({ ...spec, above: 100 }));
  await expect(model.predict([{ tenure: 101 }])).rejects.toMatchObject({ code: 'ModelOutputInvalid' });
  expect(await model.predict([{ tenure: 5 }])).toHaveLength(1);
  await model.release();
});

test('release waits for runs in flight; afterwards the model answers no more', async () => {
  const model = await load(buildSlow({ ...spec, size: 256 }));
  const running = Array.from({ length: 4 }, () => model.predict([{ tenure: 1 }]));
  const released = model.release();
  expect((await Promise.all(running)).flat()).toHaveLength(4);
  await released;
  await model.release();
  await expect(model.predict([{ tenure: 1 }])).rejects.toMatchObject({ code: 'ModelNotReady' });
});

test.each([
  ['takes an input the signature lacks', { inputs: [] }],
  [
    'gives another type than declared',
    { outputs: [{ name: 'label', dtype: 'INT64' as const, shape: [-1], role: 'label' as const }] },
  ],
  [
    'lacks an output',
    { outputs: [{ name: 'scores', dtype: 'FP32' as const, shape: [-1, 2], role: 'probabilities' as const }] },
  ],
])('a model that %s is refused', async (_, change) => {
  const built = buildClassifier(spec);
  const wrong = { ...built, signature: { ...built.signature, ...change } };
  await expect(load(wrong)).rejects.toMatchObject({ code: 'ModelUnsafe' });
});

test('a model with outside data, and a file that is no model, are refused before they are loaded', async () => {
  await expect(load(buildExternal())).rejects.toMatchObject({ code: 'ModelUnsafe' });
  const torn = buildClassifier(spec);
  await expect(load({ ...torn, model: torn.model.slice(0, 200) })).rejects.toMatchObject({ code: 'ModelUnsafe' });
});
