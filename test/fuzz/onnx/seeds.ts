import { readdirSync, readFileSync } from 'node:fs';
import { join as path } from 'node:path';
import {
  type BuiltModel,
  buildClassifier,
  buildFailing,
  buildNaN,
  buildRegressor,
  buildSlow,
} from '../../support/onnx-builder.js';
import { attribute, graph, node, tensor, value } from '../../support/onnx-writer.js';
import { chunk, integer, join } from '../../support/protobuf-writer.js';
import { modelOf, signature, withGraphFields } from './hostile-case.js';

const spec = {
  inputs: ['x', { name: 'plan', dtype: 'BYTES' as const, categories: { basic: 1, gold: 2 } }],
  weights: [1, -1],
  bias: 0.5,
  classes: ['No', 'Yes'],
};

function branching(): Uint8Array {
  const branch = (operator: string) =>
    graph({
      nodes: [node(operator, { from: ['x', 'w'], to: ['b'] })],
      inputs: [],
      outputs: [value('b', 'FP32', [-1, 1])],
    });
  const nodes = [
    node('ReduceMax', { from: ['x'], to: ['most'] }, [attribute.integer('keepdims', 0)]),
    node('Greater', { from: ['most', 'zero'], to: ['over'] }),
    node('If', { from: ['over'], to: ['value'] }, [
      attribute.graph('then_branch', branch('Add')),
      attribute.graph('else_branch', branch('Mul')),
    ]),
  ];
  const zero = tensor('zero', { dims: [], floats: [0] });
  return modelOf({ nodes, initializers: [tensor('w', { dims: [1], floats: [2] }), zero] });
}

function trees(): Uint8Array {
  const numbers = (name: string, values: number[]) => attribute.integers(`nodes_${name}`, values);
  const forest = [
    numbers('treeids', [0, 0, 0]),
    numbers('nodeids', [0, 1, 2]),
    numbers('featureids', [0, 0, 0]),
    attribute.texts('nodes_modes', ['BRANCH_LEQ', 'LEAF', 'LEAF']),
    attribute.floats('nodes_values', [0.5, 0, 0]),
    numbers('truenodeids', [1, 0, 0]),
    numbers('falsenodeids', [2, 0, 0]),
    numbers('missing_value_tracks_true', [0, 0, 0]),
    attribute.integers('target_treeids', [0, 0]),
    attribute.integers('target_nodeids', [1, 2]),
    attribute.integers('target_ids', [0, 0]),
    attribute.floats('target_weights', [-1, 1]),
    attribute.integer('n_targets', 1),
  ];
  const wiring = { from: ['x'], to: ['value'], domain: 'ai.onnx.ml' };
  return modelOf({ nodes: [node('TreeEnsembleRegressor', wiring, forest)] });
}

function withFunction(): Uint8Array {
  const nodes = [node('twice', { from: ['x'], to: ['value'], domain: 'mine' })];
  const body = chunk(7, [chunk(1, 'a'), chunk(1, 'a'), chunk(2, 'b'), chunk(4, 'Add')]);
  const fields = [chunk(1, 'twice'), chunk(4, 'a'), chunk(5, 'b'), body, chunk(9, [integer(2, 17)]), chunk(10, 'mine')];
  const imported = chunk(8, [chunk(1, 'mine'), integer(2, 1)]);
  return join([modelOf({ nodes }), imported, chunk(25, fields)]);
}

function withSparse(): Uint8Array {
  const values = tensor('s', { dims: [2], floats: [1, 2] });
  return withGraphFields(
    chunk(15, [chunk(1, values), chunk(2, tensor('', { dims: [2], integers: [0, 3] })), integer(3, 8)]),
  );
}

/**
 * Sound models of every shape that tests and trainers make; with `folder`, every small .onnx file in it as well, which is
 * only loaded, because nobody knows its signature.
 */
export function seedModels(folder?: string): readonly BuiltModel[] {
  const names = folder === undefined ? [] : readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => name.endsWith('.onnx'));
  const read = files.map((file) => readFileSync(path(folder ?? '', file))).filter(({ length }) => length < 64 * 1024);
  return [
    buildClassifier(spec),
    buildClassifier({ ...spec, label: 'index' }),
    buildRegressor({ inputs: ['x'], weights: [2], bias: 1 }),
    buildSlow({ ...spec, size: 4, layers: 3 }),
    buildNaN(spec),
    buildFailing({ ...spec, above: 1 }),
    ...[branching(), trees(), withFunction(), withSparse(), ...read].map((model) => ({ model, signature })),
  ];
}
