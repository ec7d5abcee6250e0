import type { Server } from '@grpc/grpc-js';
import { LaurelError } from '@laurel/contracts';
import { quoted } from '@laurel/domain';
import { wantedOutputs } from '../../oip/infer-response.js';
import type { DataPlane } from '../../plane/data-plane.js';
import type { Stages } from '../../plane/stages.js';
import type { PredictAnswer } from '../../predictions.js';
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
  readonly stages: Pick<Stages, 'wrote'>;
  readonly log: MethodLog;
}

/** The one signature that a model has here. */
const defaultSignature = 'serving_default';

/** `Predict` of TensorFlow Serving; a model is an endpoint, a label an arm of its split. */
export function addPredictionService(server: Server, { plane, stages, log }: PredictionParts): void {
  onUnary(server, log, {
    path: '/tensorflow.serving.PredictionService/Predict',
    read: readPredictMessage,
    write: ({ answer, answeredAt, message }: Predicted) => {
      const bytes = writePredictAnswer(message);
      stages.wrote(answer, answeredAt);
      return bytes;
    },
    answer: async (message, call, receivedAt) => {
      const predicted = await predict(plane, { message, receivedAt }, call);
      call.sendMetadata(answerMetadata(predicted.answer));
      return predicted;
    },
  });
}

/** An answer, when the data plane gave it, and what is to be serialised of it. */
interface Predicted {
  readonly answer: PredictAnswer;
  readonly answeredAt: number;
  readonly message: PredictAnswerMessage;
}

async function predict(
  plane: PredictionParts['plane'],
  { message, receivedAt }: { readonly message: PredictMessage; readonly receivedAt: number },
  call: UnaryCall<PredictMessage>,
): Promise<Predicted> {
  const { model, tensors, outputs: filter } = message;
  const { name, version, signature } = model;
  if (signature !== '' && signature !== defaultSignature) {
    throw new LaurelError(
      'InvalidInput',
      `There is no signature ${quoted(signature)}; leave it empty or send ${defaultSignature}.`,
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
      receivedAt,
    }),
  );
  const answeredAt = performance.now();
  const wishes = filter?.map((output) => ({ name: output, binary: null, classification: 0 })) ?? null;
  const outputs = wantedOutputs(answer, { outputs: wishes, binaryOutput: false }).map(({ tensor }) => tensor);
  const given = { name, version: answer.version.version, signature: defaultSignature, outputs };
  return { answer, answeredAt, message: given };
}
