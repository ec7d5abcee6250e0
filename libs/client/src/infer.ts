import { bytesOf, dataOfBytes } from './binary.js';
import { LaurelRequestError } from './errors.js';
import { dataOfJson, type Tensor, type TensorType } from './tensor.js';
import type { CallOptions, Outgoing } from './transport.js';

export interface InferOptions extends CallOptions {
  /** A number, a SemVer or a label; default: the server chooses. */
  readonly version?: string;
  /** Said back in the answer. */
  readonly id?: string;
  /** Outputs wanted; default all. */
  readonly outputs?: readonly string[];
  /** Tensors as bytes, both ways (the default), or as JSON for a server without the binary tensor extension. */
  readonly binary?: boolean;
  /** Keeps a caller with one version during a rollout. */
  readonly stickyKey?: string;
  /** Parameters of the request, such as `priority`. */
  readonly parameters?: { readonly [name: string]: string | number | boolean };
}

/** The answer of a model to tensors. */
export interface InferAnswer {
  readonly model: string;
  readonly version: string | null;
  readonly id: string | null;
  /** Id of the first row; `null` where the server gives none. */
  readonly predictionId: string | null;
  /** What else the server says, such as `arm`. */
  readonly parameters: { readonly [name: string]: unknown };
  readonly outputs: readonly Tensor[];
  /** The output of that name. Errors: `BadAnswer` when there is none. */
  output(name: string): Tensor;
}

const headerLength = 'inference-header-content-length';

/** The request of an inference. */
export function inferRequest(model: string, tensors: readonly Tensor[], options: InferOptions): Outgoing {
  const { version, id, outputs, binary = true, stickyKey, parameters } = options;
  const blocks = binary ? tensors.map((tensor) => bytesOf(tensor)) : [];
  const json = JSON.stringify({
    ...(id === undefined ? {} : { id }),
    ...(binary || parameters !== undefined
      ? { parameters: { ...parameters, ...(binary ? { binary_data_output: true } : {}) } }
      : {}),
    inputs: tensors.map((tensor, index) => inputOf(tensor, blocks[index])),
    ...(outputs === undefined ? {} : { outputs: outputs.map((name) => ({ name })) }),
  });
  const path = `${modelPath(model, version)}/infer`;
  const sticky: { readonly [name: string]: string } =
    stickyKey === undefined ? {} : { 'x-laurel-sticky-key': stickyKey };
  if (!binary) return { path, body: json, headers: sticky };
  const head = new TextEncoder().encode(json);
  const headers = { ...sticky, 'content-type': 'application/octet-stream', [headerLength]: String(head.length) };
  return { path, body: concat([head, ...blocks]), headers };
}

/** Path of a model, or of a version of it. */
export function modelPath(model: string, version?: string): string {
  const path = `/v2/models/${encodeURIComponent(model)}`;
  return version === undefined ? path : `${path}/versions/${encodeURIComponent(version)}`;
}

function inputOf(tensor: Tensor, block: Uint8Array | undefined): object {
  const { name, datatype, shape } = tensor;
  if (block !== undefined) return { name, datatype, shape, parameters: { binary_data_size: block.length } };
  return { name, datatype, shape, data: cellsOf(tensor) };
}

/** Elements as JSON has them. Errors: `RangeError` for an integer beyond 2^53, which JSON cannot carry. */
function cellsOf({ name, datatype, data }: Tensor): readonly unknown[] {
  if (datatype === 'BOOL') return Array.from(data, (cell) => cell !== 0);
  if (datatype !== 'INT64' && datatype !== 'UINT64') return Array.from<unknown>(data);
  return Array.from(data, (cell) => {
    if (Number.isSafeInteger(Number(cell))) return Number(cell);
    throw new RangeError(`${name} holds ${cell}, which JSON cannot carry exactly; send it binary`);
  });
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

interface InferJson {
  readonly model_name?: string;
  readonly model_version?: string;
  readonly id?: string;
  readonly parameters?: { readonly [name: string]: unknown };
  readonly outputs?: readonly OutputJson[];
}

interface OutputJson {
  readonly name: string;
  readonly datatype: TensorType;
  readonly shape: readonly number[];
  readonly data?: readonly unknown[];
  readonly parameters?: { readonly binary_data_size?: number };
}

/** Reads the response of an inference. Errors: `BadAnswer`. */
export async function readInferAnswer(model: string, response: Response): Promise<InferAnswer> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const jsonLength = Number(response.headers.get(headerLength) ?? bytes.length);
  const body = jsonOf(bytes.subarray(0, jsonLength));
  let at = jsonLength;
  const outputs = (body.outputs ?? []).map((output) => {
    const size = output.parameters?.binary_data_size;
    if (size === undefined) return outputOf(output, dataOfJson(output.datatype, output.data ?? []));
    at += size;
    return outputOf(output, dataOfBytes(output.datatype, bytes.subarray(at - size, at)));
  });
  const { parameters = {} } = body;
  const predictionId = parameters['prediction_id'];
  return {
    model: body.model_name ?? model,
    version: body.model_version ?? null,
    id: body.id ?? null,
    predictionId: typeof predictionId === 'string' ? predictionId : null,
    parameters,
    outputs,
    output: (name) => {
      const found = outputs.find((output) => output.name === name);
      if (found !== undefined) return found;
      throw new LaurelRequestError(
        'BadAnswer',
        `${model} gave no output "${name}"; it gave ${outputs.map((one) => one.name).join(', ')}.`,
      );
    },
  };
}

function outputOf({ name, datatype, shape }: OutputJson, data: Tensor['data']): Tensor {
  return { name, datatype, shape, data } as Tensor;
}

function jsonOf(bytes: Uint8Array): InferJson {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as InferJson;
  } catch (error) {
    throw new LaurelRequestError(
      'BadAnswer',
      'The answer is no JSON; is this a server of the Open Inference Protocol?',
      { cause: error },
    );
  }
}
