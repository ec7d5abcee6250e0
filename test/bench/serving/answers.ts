import type { Answer } from './http-connection.js';
import { inferResponse } from './requests.js';

/** Numbers of each output by its name, row after row. Text outputs are left out. */
export type Outputs = ReadonlyMap<string, readonly number[]>;

interface TensorJson {
  readonly name: string;
  readonly datatype: string;
  readonly data?: readonly unknown[];
  readonly parameters?: { readonly binary_data_size?: number };
}

const readers: { readonly [datatype: string]: (bytes: DataView, at: number) => number } = {
  FP32: (bytes, at) => bytes.getFloat32(at, true),
  FP64: (bytes, at) => bytes.getFloat64(at, true),
  INT64: (bytes, at) => Number(bytes.getBigInt64(at, true)),
  INT32: (bytes, at) => bytes.getInt32(at, true),
};
const sizes: { readonly [datatype: string]: number } = { FP32: 4, FP64: 8, INT64: 8, INT32: 4 };

/** Reads an answer of the Open Inference Protocol over HTTP, as JSON or with binary tensors. Error: what is wrong with it. */
export function readHttpAnswer({ status, head, body }: Answer): Outputs {
  if (status === 0) throw new Error('the connection broke');
  if (status !== 200) throw new Error(`status ${status}: ${body.toString('utf8').slice(0, 200)}`);
  const jsonLength = /\r\ninference-header-content-length: *(\d+)/i.exec(head)?.[1];
  const end = jsonLength === undefined ? body.length : Number(jsonLength);
  const { outputs } = JSON.parse(body.toString('utf8', 0, end)) as { readonly outputs: readonly TensorJson[] };
  let at = end;
  const read = new Map<string, readonly number[]>();
  for (const { name, datatype, data, parameters } of outputs) {
    const size = parameters?.binary_data_size;
    if (size === undefined) put(read, name, (data ?? []).flat(2).map(Number));
    else {
      put(read, name, numbersIn(body.subarray(at, at + size), datatype));
      at += size;
    }
  }
  return read;
}

interface InferResponse {
  readonly outputs: readonly {
    readonly name: string;
    readonly datatype: string;
    readonly contents?: { readonly [contents: string]: readonly (number | string)[] };
  }[];
  readonly rawOutputContents?: readonly Uint8Array[];
}

/** Reads a serialised `ModelInferResponse`, with raw or typed contents. */
export function readGrpcAnswer(bytes: Uint8Array): Outputs {
  const message = inferResponse.decode(bytes);
  const { outputs, rawOutputContents = [] } = inferResponse.toObject(message, {
    longs: Number,
  }) as unknown as InferResponse;
  const read = new Map<string, readonly number[]>();
  for (const [index, { name, datatype, contents }] of outputs.entries()) {
    const raw = rawOutputContents[index];
    if (raw !== undefined) put(read, name, numbersIn(Buffer.from(raw), datatype));
    else
      put(
        read,
        name,
        Object.values(contents ?? {}).flatMap((values) => values.map(Number)),
      );
  }
  return read;
}

/** A text output is no number and is not compared. */
function put(outputs: Map<string, readonly number[]>, name: string, values: readonly number[]): void {
  if (!values.some(Number.isNaN)) outputs.set(name, values);
}

function numbersIn(bytes: Buffer, datatype: string): readonly number[] {
  const [read, size] = [readers[datatype], sizes[datatype]];
  if (read === undefined || size === undefined) return [Number.NaN];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / size }, (_, index) => read(view, index * size));
}
