import type { ModelSignature, VersionRef } from '@laurel/domain';
import type { ColumnTable } from '@laurel/ports';
import { draftOf } from './built-package.js';
import type { BuiltModel } from './onnx-builder.js';
import { buildRegressor } from './onnx-builder.js';
import { model, node, tensor, value } from './onnx-writer.js';
import type { ServingWorld } from './serving-world.js';

/** `y` = `x` times a matrix: one input `[n, 2]`, one output `[n, 2]` that swaps the columns and doubles them. */
export function buildSwapGraph(): Uint8Array {
  return model({
    inputs: [value('x', 'FP32', [-1, 2])],
    outputs: [value('y', 'FP32', [-1, 2])],
    initializers: [tensor('weights', { dims: [2, 2], floats: [0, 2, 2, 0] })],
    nodes: [node('MatMul', { from: ['x', 'weights'], to: ['y'] })],
  });
}

/** `y` = `x` squared, FP32 `[n, 1]`: overflows for numbers that a float of 32 bits holds. */
export function buildSquare(): Uint8Array {
  return model({
    inputs: [value('x', 'FP32', [-1, 1])],
    outputs: [value('y', 'FP32', [-1, 1])],
    initializers: [],
    nodes: [node('Mul', { from: ['x', 'x'], to: ['y'] })],
  });
}

/** Two inputs, which come out as they are: whole numbers and texts, one of them under a name that says bytes. */
export function buildEchoGraph(): Uint8Array {
  return model({
    inputs: [value('count', 'INT64', [-1]), value('text', 'BYTES', [-1])],
    outputs: [value('same', 'INT64', [-1]), value('word_bytes', 'BYTES', [-1])],
    nodes: [
      node('Identity', { from: ['count'], to: ['same'] }),
      node('Identity', { from: ['text'], to: ['word_bytes'] }),
    ],
  });
}

/** Publishes a graph that comes without a signature. */
export async function publishGraph(world: ServingWorld, version: number, graph: Uint8Array): Promise<VersionRef> {
  const stand = draftOf(buildRegressor({ inputs: ['x'], weights: [1], bias: 0 }), `graph${version}`);
  const draft = { ...stand, signature: null as unknown as ModelSignature };
  return { version, digest: await world.packages.publish(draft, { 'model.onnx': graph }), semver: `1.${version}.0` };
}

/** Publishes a model with a background set for explanations. */
export async function publishWithBackground(
  world: ServingWorld,
  {
    version,
    built,
    background,
  }: { readonly version: number; readonly built: BuiltModel; readonly background: ColumnTable },
): Promise<VersionRef> {
  const files = { 'model.onnx': built.model, 'background.json': Buffer.from(JSON.stringify(background)) };
  return {
    version,
    digest: await world.packages.publish(draftOf(built, `v${version}`), files),
    semver: `1.${version}.0`,
  };
}
