import type { ModelSignature, SignatureInput, TensorType } from '@laurel/domain';
import { attribute, externalTensor, model, node, tensor, value } from './onnx-writer.js';
import type { Field } from './protobuf-writer.js';

/** A column of a test model. `categories` gives a text column its numbers; other texts count as 0. */
export interface ColumnSpec {
  readonly name: string;
  readonly dtype?: 'FP32' | 'BYTES';
  readonly optional?: boolean;
  readonly categories?: { readonly [value: string]: number };
}

export interface BuiltModel {
  readonly model: Uint8Array;
  readonly signature: ModelSignature;
}

interface Features {
  readonly nodes: readonly Field[];
  readonly inputs: readonly Field[][];
  readonly initializers: readonly Field[][];
}

const ml = 'ai.onnx.ml';
const columnsOf = (inputs: readonly (string | ColumnSpec)[]): readonly ColumnSpec[] =>
  inputs.map((input) => (typeof input === 'string' ? { name: input } : input));

/** Nodes that turn raw columns into one tensor `features` of shape [n, columns]; missing numbers count as 0. */
function features(columns: readonly ColumnSpec[]): Features {
  const nodes = columns.flatMap(({ name, dtype, categories = {} }) =>
    dtype === 'BYTES'
      ? [
          node('LabelEncoder', { from: [name], to: [`${name}.number`], domain: ml }, [
            attribute.texts('keys_strings', Object.keys(categories)),
            attribute.floats('values_floats', Object.values(categories)),
            attribute.float('default_float', 0),
          ]),
        ]
      : [
          node('IsNaN', { from: [name], to: [`${name}.missing`] }),
          node('Where', { from: [`${name}.missing`, 'zero', name], to: [`${name}.number`] }),
        ],
  );
  const parts = columns.map(({ name }) => `${name}.number`);
  return {
    nodes: [...nodes, node('Concat', { from: parts, to: ['features'] }, [attribute.integer('axis', 1)])],
    inputs: columns.map(({ name, dtype = 'FP32' }) => value(name, dtype, [-1, 1])),
    initializers: [tensor('zero', { dims: [1], floats: [0] })],
  };
}

function signatureInputs(columns: readonly ColumnSpec[]): readonly SignatureInput[] {
  return columns.map(({ name, dtype = 'FP32', optional = false }) => ({ name, dtype, shape: [-1, 1], optional }));
}

/** How the label comes out: as text, or as an index into the classes. */
export type LabelForm = 'text' | 'index';

function classSignature(
  columns: readonly ColumnSpec[],
  classes: readonly string[],
  label: LabelForm = 'text',
): ModelSignature {
  const dtype: TensorType = label === 'text' ? 'BYTES' : 'INT64';
  return {
    task: classes.length === 2 ? 'binary' : 'multiclass',
    inputs: signatureInputs(columns),
    outputs: [
      { name: 'label', dtype, shape: [-1], role: 'label' },
      { name: 'probabilities', dtype: 'FP32', shape: [-1, classes.length], role: 'probabilities' },
    ],
    classes,
  };
}

/** Nodes from `probabilities` to `label`. */
function labelNodes(classes: readonly string[], label: LabelForm): readonly Field[] {
  const arg = [attribute.integer('axis', 1), attribute.integer('keepdims', 0)];
  if (label === 'index') return [node('ArgMax', { from: ['probabilities'], to: ['label'] }, arg)];
  return [
    node('ArgMax', { from: ['probabilities'], to: ['label.index'] }, arg),
    node('LabelEncoder', { from: ['label.index'], to: ['label'], domain: ml }, [
      attribute.integers(
        'keys_int64s',
        classes.map((_, index) => index),
      ),
      attribute.texts('values_strings', classes),
    ]),
  ];
}

function classOutputs(classes: readonly string[], label: LabelForm): readonly Field[][] {
  return [
    value('label', label === 'text' ? 'BYTES' : 'INT64', [-1]),
    value('probabilities', 'FP32', [-1, classes.length]),
  ];
}

export interface ClassifierSpec {
  readonly inputs: readonly (string | ColumnSpec)[];
  /** One number per input for two classes (towards the second), else one list of class weights per input. */
  readonly weights: readonly (number | readonly number[])[];
  readonly bias: number | readonly number[];
  readonly classes: readonly string[];
  readonly label?: LabelForm;
  /** Nodes put between `features` and `linear.features`; default passes them through. */
  readonly between?: { readonly nodes: readonly Field[]; readonly initializers?: readonly Field[][] };
}

const perClass = (given: number | readonly number[]): readonly number[] =>
  typeof given === 'number' ? [0, given] : given;

/** A logistic (softmax) model over raw columns. */
export function buildClassifier(spec: ClassifierSpec): BuiltModel {
  const columns = columnsOf(spec.inputs);
  const label = spec.label ?? 'text';
  const { nodes, inputs, initializers } = features(columns);
  const between = spec.between ?? { nodes: [node('Identity', { from: ['features'], to: ['linear.features'] })] };
  const classCount = spec.classes.length;
  return {
    model: model({
      inputs,
      outputs: classOutputs(spec.classes, label),
      initializers: [
        ...initializers,
        ...(between.initializers ?? []),
        tensor('weights', { dims: [columns.length, classCount], floats: spec.weights.flatMap(perClass) }),
        tensor('bias', { dims: [classCount], floats: [...perClass(spec.bias)] }),
      ],
      nodes: [
        ...nodes,
        ...between.nodes,
        node('MatMul', { from: ['linear.features', 'weights'], to: ['scores'] }),
        node('Add', { from: ['scores', 'bias'], to: ['logits'] }),
        node('Softmax', { from: ['logits'], to: ['probabilities'] }, [attribute.integer('axis', 1)]),
        ...labelNodes(spec.classes, label),
      ],
    }),
    signature: classSignature(columns, spec.classes, label),
  };
}

export interface RegressorSpec {
  readonly inputs: readonly (string | ColumnSpec)[];
  readonly weights: readonly number[];
  readonly bias: number;
}

/** A linear regression over raw columns. */
export function buildRegressor({ inputs: given, weights, bias }: RegressorSpec): BuiltModel {
  const columns = columnsOf(given);
  const { nodes, inputs, initializers } = features(columns);
  return {
    model: model({
      inputs,
      outputs: [value('value', 'FP32', [-1, 1])],
      initializers: [
        ...initializers,
        tensor('weights', { dims: [columns.length, 1], floats: [...weights] }),
        tensor('bias', { dims: [1], floats: [bias] }),
      ],
      nodes: [
        ...nodes,
        node('MatMul', { from: ['features', 'weights'], to: ['scores'] }),
        node('Add', { from: ['scores', 'bias'], to: ['value'] }),
      ],
    }),
    signature: {
      task: 'regression',
      inputs: signatureInputs(columns),
      outputs: [{ name: 'value', dtype: 'FP32', shape: [-1, 1], role: 'value' }],
      classes: [],
    },
  };
}

/** A classifier that also multiplies a `size` × `size` matrix `layers` times, for nothing. */
export function buildSlow({
  size = 512,
  layers = 8,
  ...spec
}: ClassifierSpec & { size?: number; layers?: number }): BuiltModel {
  const columns = spec.inputs.length;
  const big = Array.from({ length: size * size }, (_, index) => ((index % 7) - 3) / size);
  const chain = Array.from({ length: layers }, (_, index) =>
    node('MatMul', { from: [`square.${index}`, 'big'], to: [`square.${index + 1}`] }),
  );
  return buildClassifier({
    ...spec,
    between: {
      nodes: [
        node('MatMul', { from: ['features', 'widen'], to: ['wide'] }),
        node('ReduceMean', { from: ['wide'], to: ['mean'] }, [attribute.integer('keepdims', 1)]),
        node('Mul', { from: ['big', 'mean'], to: ['square.0'] }),
        ...chain,
        node('ReduceMean', { from: [`square.${layers}`], to: ['slow'] }, [attribute.integer('keepdims', 1)]),
        node('Mul', { from: ['slow', 'nothing'], to: ['slow.nothing'] }),
        node('Add', { from: ['features', 'slow.nothing'], to: ['linear.features'] }),
      ],
      initializers: [
        tensor('widen', { dims: [columns, 1], floats: Array.from({ length: columns }, () => 1) }),
        tensor('big', { dims: [size, size], floats: big }),
        tensor('nothing', { dims: [1], floats: [0] }),
      ],
    },
  });
}

/** A classifier whose probabilities are NaN for rows whose first column is above `above` (default: every row from 0). */
export function buildNaN({ above = -1, ...spec }: ClassifierSpec & { above?: number }): BuiltModel {
  return buildClassifier({
    ...spec,
    between: {
      nodes: [
        node('Gather', { from: ['features', 'first'], to: ['column'] }, [attribute.integer('axis', 1)]),
        node('Sub', { from: ['limit', 'column'], to: ['below'] }),
        node('Log', { from: ['below'], to: ['logarithm'] }),
        node('Mul', { from: ['logarithm', 'nothing'], to: ['zero.or.nan'] }),
        node('Add', { from: ['features', 'zero.or.nan'], to: ['linear.features'] }),
      ],
      initializers: [
        tensor('first', { dims: [1], integers: [0] }),
        tensor('limit', { dims: [1], floats: [above] }),
        tensor('nothing', { dims: [1], floats: [0] }),
      ],
    },
  });
}

/** A classifier that fails at run time for a batch with a row whose first column is above `above`. */
export function buildFailing({ above, ...spec }: ClassifierSpec & { above: number }): BuiltModel {
  return buildClassifier({
    ...spec,
    between: {
      nodes: [
        node('Gather', { from: ['features', 'first'], to: ['column'] }, [attribute.integer('axis', 1)]),
        node('Greater', { from: ['column', 'limit'], to: ['over'] }),
        node('Cast', { from: ['over'], to: ['index'] }, [attribute.integer('to', 7)]),
        node('Gather', { from: ['nothing', 'index'], to: ['looked.up'] }),
        node('Add', { from: ['features', 'looked.up'], to: ['linear.features'] }),
      ],
      initializers: [
        tensor('first', { dims: [1], integers: [0] }),
        tensor('limit', { dims: [1], floats: [above] }),
        tensor('nothing', { dims: [1], floats: [0] }),
      ],
    },
  });
}

/** A regression whose weights are said to lie in the file `location`. */
export function buildExternal(location = '../../etc/passwd'): BuiltModel {
  const { signature } = buildRegressor({ inputs: ['x'], weights: [1], bias: 0 });
  return {
    signature,
    model: model({
      inputs: [value('x', 'FP32', [-1, 1])],
      outputs: [value('value', 'FP32', [-1, 1])],
      initializers: [externalTensor('weights', [1, 1], location)],
      nodes: [node('MatMul', { from: ['x', 'weights'], to: ['value'] })],
    }),
  };
}
