import { createModelProbe } from '@laurel/inference';
import { buildClassifier, buildExternal, buildFailing, buildRegressor, buildSlow } from '../../support/onnx-builder.js';
import { attribute, model, node, tensor, value } from '../../support/onnx-writer.js';

const spec = {
  inputs: ['x', { name: 'c', dtype: 'BYTES' as const }],
  weights: [1, 1],
  bias: 0,
  classes: ['No', 'Yes'],
};
const probe = createModelProbe({ memoryMegabytes: 256, timeoutMilliseconds: 20_000 });

test('a sound model passes', async () => {
  const { model, signature } = buildClassifier(spec);
  await probe.probe(model, signature);
});

test('a model that fails on made-up rows still passes; real rows will judge it', async () => {
  const { model, signature } = buildFailing({ ...spec, above: -1 });
  await probe.probe(model, signature);
});

test('a model that does not match its signature is refused', async () => {
  const { model } = buildClassifier(spec);
  const { signature } = buildRegressor({ inputs: ['x'], weights: [1], bias: 0 });
  await expect(probe.probe(model, signature)).rejects.toMatchObject({ code: 'ModelUnsafe' });
});

test('a model with outside data is refused without being loaded', async () => {
  const { model, signature } = buildExternal();
  await expect(probe.probe(model, signature)).rejects.toMatchObject({ code: 'ModelUnsafe' });
});

test('a graph whose operators do not fit is refused with the reason', async () => {
  const { signature } = buildRegressor({ inputs: ['x'], weights: [1], bias: 0 });
  const wrong = model({
    nodes: [node('NoSuchOperator', { from: ['x'], to: ['value'] })],
    inputs: [value('x', 'FP32', [-1, 1])],
    outputs: [value('value', 'FP32', [-1, 1])],
  });
  await expect(probe.probe(wrong, signature)).rejects.toMatchObject({
    code: 'ModelUnsafe',
    message: expect.stringMatching(/does not load.*NoSuchOperator/) as string,
  });
});

test('a model that asks for more memory than allowed is stopped', async () => {
  const { signature } = buildRegressor({ inputs: ['x'], weights: [1], bias: 0 });
  const bomb = model({
    nodes: [
      node('ConstantOfShape', { from: ['shape'], to: ['huge'] }, [
        attribute.tensor('value', tensor('one', { dims: [1], floats: [1] })),
      ]),
      node('ReduceSum', { from: ['huge'], to: ['sum'] }, [attribute.integer('keepdims', 0)]),
      node('Add', { from: ['x', 'sum'], to: ['value'] }),
    ],
    initializers: [tensor('shape', { dims: [2], integers: [100_000, 20_000] })],
    inputs: [value('x', 'FP32', [-1, 1])],
    outputs: [value('value', 'FP32', [-1, 1])],
  });
  await expect(probe.probe(bomb, signature)).rejects.toMatchObject({
    code: 'ModelUnsafe',
    message: expect.stringMatching(/memory|died/) as string,
  });
});

test('a model that takes too long is stopped', async () => {
  const { model, signature } = buildSlow({ ...spec, size: 1024, layers: 4000 });
  const impatient = createModelProbe({ memoryMegabytes: 512, timeoutMilliseconds: 1_500 });
  const startedAt = Date.now();
  await expect(impatient.probe(model, signature)).rejects.toMatchObject({
    code: 'ModelUnsafe',
    message: expect.stringMatching(/within 1500 ms/) as string,
  });
  expect(Date.now() - startedAt).toBeLessThan(10_000);
});
