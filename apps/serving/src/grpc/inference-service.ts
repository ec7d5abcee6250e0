import type { Server } from '@grpc/grpc-js';
import { codeVersion, isLaurelError } from '@laurel/contracts';
import type { Denied } from '../denials.js';
import type { OperatorCheck } from '../http/require-role.js';
import { extensions } from '../oip/oip.routes.js';
import type { DataPlane } from '../plane/data-plane.js';
import type { Endpoints } from '../plane/endpoints.js';
import type { Repository } from '../plane/repository.js';
import type { Stages } from '../plane/stages.js';
import type { ModelStatistics } from '../plane/statistics.js';
import { addressOf, answerMetadata } from './call.js';
import { type Inferred, infer } from './infer.js';
import {
  type ModelDescription,
  writeConfig,
  writeEmpty,
  writeFlag,
  writeIndex,
  writeModel,
  writeServer,
} from './messages/descriptions.js';
import { readInferMessage } from './messages/infer-request.js';
import { writeInferAnswer } from './messages/infer-response.js';
import {
  type ModelRequest,
  readEmpty,
  readIndexRequest,
  readLoadRequest,
  readModelRequest,
} from './messages/named-requests.js';
import { writeStatistics } from './messages/statistics.js';
import { type MethodLog, onUnary, reading } from './method.js';
import {
  createStreams,
  type InferStream,
  type StreamDialect,
  type StreamMessage,
  type Streams,
  writeStreamMessage,
} from './stream-infer.js';

export interface InferenceParts {
  readonly plane: Pick<DataPlane, 'predict'>;
  readonly stages: Pick<Stages, 'wrote'>;
  readonly endpoints: Endpoints;
  readonly isReady: () => boolean;
  readonly statistics: ModelStatistics;
  readonly repository: Repository;
  /** Whose calls may change what is loaded. */
  readonly operators: OperatorCheck;
  readonly denied: Denied;
  /** Messages of `ModelStreamInfer` for callers that name none; Triton's unless told. */
  readonly streamDialect?: StreamDialect;
  readonly log: MethodLog;
}

const service = '/inference.GRPCInferenceService';
const streamPath = `${service}/ModelStreamInfer`;

/** Methods that take any number of messages. */
export const streamingPaths: ReadonlySet<string> = new Set([streamPath]);

/** The Open Inference Protocol over gRPC, with what Triton adds; a model is an endpoint, a version its number or SemVer. Gives its streams. */
export function addInferenceService(server: Server, parts: InferenceParts): Pick<Streams, 'leave'> {
  addHealth(server, parts);
  addDescriptions(server, parts);
  addRepository(server, parts);
  return addInference(server, parts);
}

function addHealth(server: Server, { endpoints, isReady, log }: InferenceParts): void {
  const flag = { read: readEmpty, write: writeFlag };
  onUnary(server, log, { path: `${service}/ServerLive`, ...flag, answer: () => true });
  onUnary(server, log, { path: `${service}/ServerReady`, ...flag, answer: () => isReady() });
  onUnary(server, log, {
    path: `${service}/ModelReady`,
    read: readModelRequest,
    write: writeFlag,
    answer: ({ name, version }) => isModelReady(endpoints, { name, version }),
  });
}

/** What is not there is not ready: Triton answers so, and its client makes an exception of a status. */
function isModelReady(endpoints: Endpoints, { name, version }: ModelRequest): boolean {
  try {
    return endpoints.isReady(name, version || null);
  } catch (error) {
    if (isLaurelError(error) && (error.code === 'NotFound' || error.code === 'ModelNotReady')) return false;
    throw error;
  }
}

function addInference(server: Server, { plane, stages, streamDialect, log }: InferenceParts): Streams {
  onUnary(server, log, {
    path: `${service}/ModelInfer`,
    read: readInferMessage,
    write: ({ answer, answeredAt, message }: Inferred) => {
      const bytes = writeInferAnswer(message);
      stages.wrote(answer, answeredAt);
      return bytes;
    },
    answer: async (message, call, receivedAt) => {
      const inferred = await infer(plane, { message, receivedAt }, call);
      call.sendMetadata(answerMetadata(inferred.answer));
      return inferred;
    },
  });
  const streams = createStreams({ plane, log, path: streamPath, dialect: streamDialect ?? 'triton' });
  server.register(
    streamPath,
    (call: InferStream) => streams.answer(call),
    (answer: StreamMessage) => writeStreamMessage(stages, answer),
    reading(readInferMessage),
    'bidi',
  );
  return streams;
}

function addDescriptions(server: Server, { endpoints, statistics, log }: InferenceParts): void {
  onUnary(server, log, {
    path: `${service}/ServerMetadata`,
    read: readEmpty,
    write: writeServer,
    answer: () => ({ name: 'laurel', version: codeVersion, extensions: [...extensions, 'model_configuration'] }),
  });
  const description = ({ name, version }: ModelRequest) => describe(endpoints, name, version || null);
  onUnary(server, log, {
    path: `${service}/ModelMetadata`,
    read: readModelRequest,
    write: writeModel,
    answer: description,
  });
  onUnary(server, log, {
    path: `${service}/ModelConfig`,
    read: readModelRequest,
    write: writeConfig,
    answer: description,
  });
  onUnary(server, log, {
    path: `${service}/ModelStatistics`,
    read: readModelRequest,
    write: writeStatistics,
    answer: ({ name, version }) => statistics(name, version || null),
  });
}

function describe(endpoints: Endpoints, name: string, version: string | null): ModelDescription {
  const { inputs, outputs } = endpoints.model(name, version);
  return { name, versions: endpoints.versions(name), platform: 'onnxruntime_onnx', inputs, outputs };
}

function addRepository(server: Server, { repository, operators, denied, log }: InferenceParts): void {
  onUnary(server, log, {
    path: `${service}/RepositoryIndex`,
    read: readIndexRequest,
    write: writeIndex,
    answer: ({ onlyReady }) => repository.index().filter(({ state }) => !onlyReady || state === 'READY'),
  });
  const changes = [
    ['RepositoryModelLoad', 'load'],
    ['RepositoryModelUnload', 'unload'],
  ] as const;
  for (const [method, change] of changes) {
    onUnary(server, log, {
      path: `${service}/${method}`,
      read: readLoadRequest,
      write: writeEmpty,
      answer: async (wish, call) => {
        const { metadata } = call;
        const authorization = metadata.get('authorization')[0]?.toString();
        const by = await operators(authorization, metadata).catch((error: unknown) => {
          const address = addressOf(call.getPeer());
          denied({ error, carrier: metadata, subject: `gRPC ${service}/${method}`, address, authorization });
          throw error;
        });
        await repository[change]({ ...wish, by });
      },
    });
  }
}
