import { wantedOutputs } from '../oip/infer-response.js';
import { priorityOf, timeoutOf } from '../oip/oip.routes.js';
import type { DataPlane } from '../plane/data-plane.js';
import type { PredictAnswer } from '../predictions.js';
import type { RequestTrace } from '../tracing/request-trace.js';
import { type AnyCall, predictRequest } from './call.js';
import type { InferMessage } from './messages/infer-request.js';
import type { InferAnswer } from './messages/infer-response.js';
import { hasTypedContents } from './messages/tensor-contents.js';

/** An answer, when the data plane gave it, and what is to be serialised of it. */
export interface Inferred {
  readonly answer: PredictAnswer;
  readonly answeredAt: number;
  readonly message: InferAnswer;
}

/** Asks the data plane. Errors: its own, and `InvalidInput` for outputs that the model does not have. */
export async function infer(
  plane: Pick<DataPlane, 'predict'>,
  {
    message,
    receivedAt,
    trace = null,
  }: { readonly message: InferMessage; readonly receivedAt: number; readonly trace?: RequestTrace | null },
  call: AnyCall,
): Promise<Inferred> {
  const { parameters } = message;
  const answer = await plane.predict(
    predictRequest(call, {
      endpoint: message.modelName,
      version: message.modelVersion,
      tensors: message.tensors,
      requestId: message.id,
      protocol: 'oip-grpc',
      timeout: timeoutOf(parameters.get('timeout')),
      priority: priorityOf(parameters.get('priority')),
      receivedAt,
      trace,
    }),
  );
  const answeredAt = performance.now();
  return { answer, answeredAt, message: inferAnswer(answer, message) };
}

function inferAnswer(answer: PredictAnswer, asked: InferMessage): InferAnswer {
  const outputs = wantedOutputs(answer, { outputs: asked.outputs, binaryOutput: true }).map(({ tensor }) => tensor);
  return {
    modelName: asked.modelName,
    modelVersion: String(answer.version.version),
    id: asked.id,
    parameters: parametersOf(answer, asked),
    outputs,
    // A type without typed contents makes the whole answer raw: the protocol allows no mixture.
    raw: asked.raw || outputs.some(({ datatype }) => !hasTypedContents(datatype)),
  };
}

function parametersOf(
  { ids, arm, fallback, rows }: PredictAnswer,
  { parameters }: InferMessage,
): InferAnswer['parameters'] {
  const given: InferAnswer['parameters'] = [
    ['prediction_id', ids.at(0)],
    ['arm', arm],
    ['fallback', fallback],
  ];
  if (parameters.size === 0) return given;
  const all = Array.from({ length: rows }, (_, row) => ids.at(row));
  return [
    ...given,
    ...(parameters.get('prediction_ids') === true ? [['prediction_ids', all.join(',')] as const] : []),
    ...(parameters.get('triton_enable_empty_final_response') === true
      ? [['triton_final_response', true] as const]
      : []),
  ];
}
