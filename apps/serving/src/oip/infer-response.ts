import { LaurelError } from '@laurel/contracts';
import { quoted, type Tensor } from '@laurel/domain';
import type { PredictAnswer } from '../predictions.js';
import { writeBinaryTensor } from './binary-tensor.js';
import { classify } from './classification.js';
import { type InferRequest, type OutputWish } from './infer-request.js';

/** The answer of an inference as bytes of HTTP. */
export interface InferBody {
  readonly body: string | Buffer;
  /** Bytes of JSON before the binary tensors; `null` when all is JSON. */
  readonly jsonLength: number | null;
}

/** An output to answer, as JSON or binary. */
export interface AnsweredOutput {
  readonly tensor: Tensor;
  readonly binary: boolean;
}

type Asked = Pick<InferRequest, 'id' | 'outputs' | 'binaryOutput' | 'parameters'> & { readonly model: string };

/** Outputs that the request wants, in its order. Errors: `InvalidInput` for one that the model does not have. */
export function wantedOutputs(
  answer: PredictAnswer,
  { outputs, binaryOutput }: Pick<Asked, 'outputs' | 'binaryOutput'>,
): readonly AnsweredOutput[] {
  if (outputs === null) return answer.outputs.map((tensor) => ({ tensor, binary: binaryOutput }));
  return outputs.flatMap((wish) => wantedOutput(answer, wish, binaryOutput) ?? []);
}

function wantedOutput(answer: PredictAnswer, wish: OutputWish, binaryOutput: boolean): AnsweredOutput | undefined {
  const tensor = answer.outputs.find(({ name }) => name === wish.name);
  if (tensor !== undefined) {
    const classes = answer.model?.signature?.classes ?? [];
    return {
      tensor: wish.classification > 0 ? classify(tensor, wish.classification, classes) : tensor,
      binary: wish.binary ?? binaryOutput,
    };
  }
  const known = answer.model?.outputs.map(({ name }) => name) ?? [];
  // A constant baseline says only some of what the model would.
  if (known.includes(wish.name)) return undefined;
  throw new LaurelError('InvalidInput', `There is no output ${quoted(wish.name)}; there are ${known.join(', ')}.`);
}

/** Writes the response. Errors: `InvalidInput` for an unknown output. */
export function writeInferResponse(answer: PredictAnswer, asked: Asked): InferBody {
  const wanted = wantedOutputs(answer, asked);
  let json = `{"model_name":${JSON.stringify(asked.model)},"model_version":"${answer.version.version}"`;
  if (asked.id !== null) json += `,"id":${JSON.stringify(asked.id)}`;
  json += `,"parameters":{"prediction_id":"${answer.ids.at(0)}"`;
  if (asked.parameters.get('prediction_ids') === true) json += `,"prediction_ids":"${idsOf(answer)}"`;
  json += `,"arm":"${answer.arm}","fallback":${answer.fallback}},"outputs":[`;
  const blocks: Buffer[] = [];
  for (const [index, { tensor, binary }] of wanted.entries()) {
    if (index > 0) json += ',';
    json += `{"name":${JSON.stringify(tensor.name)},"datatype":"${tensor.datatype}","shape":[${tensor.shape.join(',')}]`;
    if (binary) {
      const block = writeBinaryTensor(tensor);
      blocks.push(block);
      json += `,"parameters":{"binary_data_size":${block.length}}}`;
    } else json += `,"data":${jsonOf(tensor)}}`;
  }
  json += ']}';
  if (blocks.length === 0) return { body: json, jsonLength: null };
  const head = Buffer.from(json);
  return { body: Buffer.concat([head, ...blocks]), jsonLength: head.length };
}

function idsOf({ ids, rows }: PredictAnswer): string {
  return Array.from({ length: rows }, (_, row) => ids.at(row)).join(',');
}

/** The elements as JSON, flat and row-major. All numbers are finite. */
export function jsonOf({ datatype, data }: Pick<Tensor, 'datatype' | 'data'>): string {
  if (datatype === 'BYTES') return JSON.stringify(data);
  if (datatype === 'BOOL') return `[${Array.from(data as Uint8Array, (byte) => byte !== 0).join(',')}]`;
  return `[${(data as Float64Array).join(',')}]`;
}
