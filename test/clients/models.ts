import type { ModelSignature, TensorType } from '@laurel/domain';
import type { ColumnTable } from '@laurel/ports';
import { buildClassifier, buildSlow } from '../support/onnx-builder.js';
import { attribute, model, node, tensor, value } from '../support/onnx-writer.js';

/** A model that all servers are asked about. */
export interface AskedModel {
  readonly name: string;
  readonly onnx: Uint8Array;
  /** `null` for a bare graph. */
  readonly signature: ModelSignature | null;
  /** What explanations compare with; `null` where there are none. */
  readonly background: ColumnTable | null;
}

/** Every datatype of the protocol; the graph gives each back as `<name>-out`. */
const datatypes: readonly TensorType[] = [
  'BOOL',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'FP16',
  'FP32',
  'FP64',
  'BYTES',
];

/** The models of the contract cases. */
export const models: readonly AskedModel[] = [flat(), columns(), everyType(), perceptron(), slow()];

/** A classifier over one flat input of floats; its label is an index. */
function flat(): AskedModel {
  const classes = ['setosa', 'versicolor', 'virginica'];
  const weights = [0.8, -0.2, -0.6, 0.4, 0.1, -0.5, -1.1, 0.3, 0.8, -0.9, -0.2, 1.1];
  const onnx = model({
    inputs: [value('input', 'FP32', [-1, 4])],
    outputs: [value('label', 'INT64', [-1]), value('probabilities', 'FP32', [-1, 3])],
    initializers: [
      tensor('weights', { dims: [4, 3], floats: weights }),
      tensor('bias', { dims: [3], floats: [0.3, 0.1, -0.4] }),
    ],
    nodes: [
      node('MatMul', { from: ['input', 'weights'], to: ['scores'] }),
      node('Add', { from: ['scores', 'bias'], to: ['logits'] }),
      node('Softmax', { from: ['logits'], to: ['probabilities'] }, [attribute.integer('axis', 1)]),
      node('ArgMax', { from: ['probabilities'], to: ['label'] }, [
        attribute.integer('axis', 1),
        attribute.integer('keepdims', 0),
      ]),
    ],
  });
  const signature: ModelSignature = {
    task: 'multiclass',
    inputs: [{ name: 'input', dtype: 'FP32', shape: [-1, 4], optional: false }],
    outputs: [
      { name: 'label', dtype: 'INT64', shape: [-1], role: 'label' },
      { name: 'probabilities', dtype: 'FP32', shape: [-1, 3], role: 'probabilities' },
    ],
    classes,
  };
  return { name: 'flat', onnx, signature, background: null };
}

/** A classifier with an input per column, one of them texts; its label is a text. */
function columns(): AskedModel {
  const built = buildClassifier({
    inputs: [
      'tenure',
      { name: 'charge', optional: true },
      { name: 'contract', dtype: 'BYTES', categories: { monthly: 1, yearly: -1, Zweijährig: -2 } },
    ],
    weights: [-0.1, 0.02, 1],
    bias: -0.5,
    classes: ['No', 'Yes'],
  });
  const background = {
    rows: 4,
    columns: {
      tenure: [1, 9, 30, 12],
      charge: [20, null, 99.5, 45],
      contract: ['monthly', 'yearly', 'other', 'Zweijährig'],
    },
  };
  return { name: 'columns', onnx: built.model, signature: built.signature, background };
}

function everyType(): AskedModel {
  const names = datatypes.map((datatype) => ({ datatype, name: datatype.toLowerCase() }));
  const onnx = model({
    inputs: names.map(({ name, datatype }) => value(name, datatype, [-1])),
    outputs: names.map(({ name, datatype }) => value(`${name}-out`, datatype, [-1])),
    nodes: names.map(({ name }) => node('Identity', { from: [name], to: [`${name}-out`] })),
  });
  return { name: 'everytype', onnx, signature: null, background: null };
}

/** Numbers between -1 and 1, the same in every run. */
function numbers(count: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 1_073_741_824 - 1;
  });
}

/** A bare graph: 16 floats, 32 hidden units, one float. */
function perceptron(): AskedModel {
  const onnx = model({
    inputs: [value('x', 'FP32', [-1, 16])],
    outputs: [value('y', 'FP32', [-1, 1])],
    initializers: [
      tensor('w1', { dims: [16, 32], floats: numbers(16 * 32, 1) }),
      tensor('b1', { dims: [32], floats: numbers(32, 2) }),
      tensor('w2', { dims: [32, 1], floats: numbers(32, 3) }),
    ],
    nodes: [
      node('MatMul', { from: ['x', 'w1'], to: ['h1'] }),
      node('Add', { from: ['h1', 'b1'], to: ['h2'] }),
      node('Relu', { from: ['h2'], to: ['h3'] }),
      node('MatMul', { from: ['h3', 'w2'], to: ['y'] }),
    ],
  });
  return { name: 'mlp', onnx, signature: null, background: null };
}

/** Takes longer than the time-outs that callers give it. */
function slow(): AskedModel {
  const spec = { inputs: ['x'], weights: [1], bias: 0, classes: ['No', 'Yes'] };
  const built = buildSlow({ ...spec, size: 512, layers: 60 });
  return { name: 'slow', onnx: built.model, signature: built.signature, background: null };
}
