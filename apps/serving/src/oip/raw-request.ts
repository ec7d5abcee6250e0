import { LaurelError } from '@laurel/contracts';
import { bytesPerElement, elementCount } from '@laurel/domain';
import type { RunnableModel } from '@laurel/ports';
import { readBinaryTensor } from './binary-tensor.js';
import type { InferRequest } from './infer-request.js';

/**
 * A body that is nothing but the one input of a model (binary tensor extension, raw request): the dimension that varies
 * follows from its size, a text is one element; all outputs are answered binary. Errors: `InvalidInput` for a model with
 * several inputs or several dimensions that vary, and a size that is no multiple.
 */
export function readRawRequest({ inputs }: Pick<RunnableModel, 'inputs'>, body: Buffer): InferRequest {
  const [input] = inputs;
  if (input === undefined || inputs.length !== 1) {
    throw new LaurelError('InvalidInput', `A raw body is for a model of one input; this one has ${inputs.length}.`);
  }
  const shape = shapeOf(input, body.length);
  const tensor =
    input.datatype === 'BYTES'
      ? readBinaryTensor({ ...input, shape }, Buffer.concat([lengthOf(body), body]))
      : readBinaryTensor({ ...input, shape }, body);
  return { id: null, tensors: [tensor], outputs: null, binaryOutput: true, parameters: new Map() };
}

function lengthOf(body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  return length;
}

function shapeOf({ name, datatype, shape }: RunnableModel['inputs'][number], bytes: number): readonly number[] {
  const size = bytesPerElement(datatype);
  if (size === null) return shape.map(() => 1);
  // The rows of a model that takes batches count as one, as Triton has it, when another dimension varies.
  const varying = shape.flatMap((dim, axis) => (dim < 0 ? [axis] : []));
  const free = varying.length > 1 && varying[0] === 0 ? varying.slice(1) : varying;
  if (free.length > 1) {
    throw new LaurelError('InvalidInput', `A raw body cannot tell the shape of ${name}: [${shape.join(', ')}].`);
  }
  const fixed = shape.map((dim, axis) => (dim >= 0 ? dim : free.includes(axis) ? null : 1));
  const known = (elementCount(fixed.map((dim) => dim ?? 1)) ?? 1) * size;
  const left = bytes / known;
  if (!Number.isSafeInteger(left) || left === 0 || (free.length === 0 && left !== 1)) {
    throw new LaurelError(
      'InvalidInput',
      `A raw body of ${bytes} bytes does not fill ${name}: [${shape.join(', ')}] of ${datatype}.`,
    );
  }
  return fixed.map((dim) => dim ?? left);
}
