import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import protobuf from 'protobufjs';
import { type BenchModel, inputName } from './fixtures.js';

export type Encoding = 'json' | 'binary' | 'grpc';

/** A call as it goes over the wire, and which rows of the model's it asks about. */
export interface Call {
  /** A whole HTTP/1.1 request, or a serialised `ModelInferRequest`. */
  readonly bytes: Buffer;
  readonly stickyKey: string;
  readonly firstRow: number;
  readonly rows: number;
}

/** Different calls, so that nobody answers from a cache: as many as the model has rows for, at most 64. */
export function callsOf(model: BenchModel, { rows, encoding }: { rows: number; encoding: Encoding }): readonly Call[] {
  const different = Math.min(64, Math.floor(model.rows / rows));
  return Array.from({ length: different }, (_, index) => {
    const firstRow = index * rows;
    const values = model.values.subarray(firstRow * model.width, (firstRow + rows) * model.width);
    const stickyKey = `customer-${index}`;
    const tensor = { name: inputName, shape: [rows, model.width], datatype: 'FP32' };
    return { bytes: encoders[encoding](model.name, tensor, { values, stickyKey }), stickyKey, firstRow, rows };
  });
}

interface TensorHead {
  readonly name: string;
  readonly shape: readonly number[];
  readonly datatype: string;
}

interface Content {
  readonly values: Float32Array;
  readonly stickyKey: string;
}

const encoders: { readonly [encoding in Encoding]: (model: string, tensor: TensorHead, content: Content) => Buffer } = {
  json: (model, tensor, { values, stickyKey }) => {
    const data = Array.from(values, shortest);
    const body = Buffer.from(JSON.stringify({ inputs: [{ ...tensor, data }] }));
    return post(model, body, ['Content-Type: application/json', `X-Laurel-Sticky-Key: ${stickyKey}`]);
  },
  binary: (model, tensor, { values, stickyKey }) => {
    const raw = bytesOf(values);
    const inputs = [{ ...tensor, parameters: { binary_data_size: raw.length } }];
    const head = Buffer.from(JSON.stringify({ parameters: { binary_data_output: true }, inputs }));
    return post(model, Buffer.concat([head, raw]), [
      'Content-Type: application/octet-stream',
      `Inference-Header-Content-Length: ${head.length}`,
      `X-Laurel-Sticky-Key: ${stickyKey}`,
    ]);
  },
  grpc: (model, tensor, { values }) => {
    const message = { modelName: model, inputs: [tensor], rawInputContents: [bytesOf(values)] };
    return Buffer.from(inferRequest.encode(inferRequest.fromObject(message)).finish());
  },
};

const protocol = protobuf.parse(readFileSync(resolve('apps/serving/proto/inference.proto'), 'utf8')).root;
const inferRequest = protocol.lookupType('inference.ModelInferRequest');

/** The message of an answer over gRPC. */
export const inferResponse = protocol.lookupType('inference.ModelInferResponse');

function post(model: string, body: Buffer, headers: readonly string[]): Buffer {
  const lines = [
    `POST /v2/models/${model}/infer HTTP/1.1`,
    'Host: 127.0.0.1',
    ...headers,
    `Content-Length: ${body.length}`,
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
}

function bytesOf(values: Float32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

/** The decimal with the fewest digits that is this float32, as people write numbers: 29.85, not 29.850000381469727. */
function shortest(value: number): number {
  for (let digits = 1; digits <= 9; digits += 1) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return value;
}
