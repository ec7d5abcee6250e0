import { inputName } from '../../bench/serving/fixtures.js';
import type { BuiltModel } from '../../support/onnx-builder.js';
import { attribute, model, node, tensor, value } from '../../support/onnx-writer.js';
import type { Field } from '../../support/protobuf-writer.js';

/** Numbers of a row. */
export const mlpWidth = 64;
const classes = Array.from({ length: 10 }, (_, index) => `class-${index}`);

/** A perceptron of two hidden layers: its runs cost much more than what is around them. */
export function buildMlp(hidden: number): BuiltModel {
  const layers = [layer(1, mlpWidth, hidden), layer(2, hidden, hidden), layer(3, hidden, classes.length)];
  return {
    model: model({
      inputs: [value(inputName, 'FP32', [-1, mlpWidth])],
      outputs: [value('probabilities', 'FP32', [-1, classes.length])],
      initializers: layers.flatMap(({ weights }) => weights),
      nodes: [
        node('Identity', { from: [inputName], to: ['activated.0'] }),
        ...layers.flatMap(({ nodes }) => nodes),
        node('Softmax', { from: ['sum.3'], to: ['probabilities'] }, [attribute.integer('axis', 1)]),
      ],
    }),
    signature: {
      task: 'multiclass',
      inputs: [{ name: inputName, dtype: 'FP32', shape: [-1, mlpWidth], optional: false }],
      outputs: [{ name: 'probabilities', dtype: 'FP32', shape: [-1, classes.length], role: 'probabilities' }],
      classes,
    },
  };
}

function layer(
  number: number,
  from: number,
  to: number,
): { readonly nodes: readonly Field[]; readonly weights: Field[][] } {
  const floats = Array.from({ length: from * to }, (_, index) => (((index * 31) % 17) - 8) / (4 * from));
  const bias = Array.from({ length: to }, (_, index) => ((index % 5) - 2) / 10);
  const names = { weights: `weights.${number}`, bias: `bias.${number}`, sum: `sum.${number}` };
  return {
    weights: [tensor(names.weights, { dims: [from, to], floats }), tensor(names.bias, { dims: [to], floats: bias })],
    nodes: [
      node('MatMul', { from: [`activated.${number - 1}`, names.weights], to: [`product.${number}`] }),
      node('Add', { from: [`product.${number}`, names.bias], to: [names.sum] }),
      node('Relu', { from: [names.sum], to: [`activated.${number}`] }),
    ],
  };
}
