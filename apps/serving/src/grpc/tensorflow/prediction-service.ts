import type { Server } from '@grpc/grpc-js';
import { LaurelError } from '@laurel/contracts';
import { shown } from '../../oip/infer-request.js';
import { wantedOutputs } from '../../oip/infer-response.js';
import type { DataPlane } from '../../plane/data-plane.js';
import { answerMetadata, predictRequest } from '../call.js';
import { type MethodLog, onUnary, type UnaryCall } from '../method.js';
import {
  type PredictAnswerMessage,
  type PredictMessage,
  readPredictMessage,
  writePredictAnswer,
} from './predict-message.js';

export interface PredictionParts {
  readonly plane: Pick<DataPlane, 'predict'>;
  readonly log: MethodLog;
}

/** The one signature that a model has here. */
const defaultSignature = 'serving_default';

/** `Predict` of TensorFlow Serving; a model is an endpoint, a label an arm of its split. */
export function addPredictionService(server: Server, { plane, log }: PredictionParts): void {
  onUnary(server, log, {
    path: '/tensorflow.serving.PredictionService/Predict',
    read: readPredictMessage,
    write: writePredictAnswer,
    answer: (message, call) => predict(plane, message, call),
  });
}

async function predict(
  plane: PredictionParts['plane'],
  { model, tensors, outputs: filter }: PredictMessage,
  call: UnaryCall<PredictMessage>,
): Promise<PredictAnswerMessage> {
  const { name, version, signature } = model;
  if (signature !== '' && signature !== defaultSignature) {
    throw new LaurelError(
      'InvalidInput',
      `There is no signature ${shown(signature)}; leave it empty or send ${defaultSignature}.`,
    );
  }
  const answer = await plane.predict(
    predictRequest(call, {
      endpoint: name,
      version,
      tensors,
      requestId: '',
      protocol: 'tfserving',
      timeout: null,
      priority: 0,
    }),
  );
  const wishes = filter?.map((output) => ({ name: output, binary: null, classification: 0 })) ?? null;
  const outputs = wantedOutputs(answer, { outputs: wishes, binaryOutput: false }).map(({ tensor }) => tensor);
  call.sendMetadata(answerMetadata(answer));
  return { name, version: answer.version.version, signature: defaultSignature, outputs };
}
