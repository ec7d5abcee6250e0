import { resolve } from 'node:path';
import {
  Client,
  type ClientDuplexStream,
  type ClientReadableStream,
  credentials,
  Metadata,
  type ServiceError,
  type StatusObject,
  status,
} from '@grpc/grpc-js';
import protobuf from 'protobufjs';

const folder = resolve('apps/serving/proto');
const root = new protobuf.Root();
root.resolvePath = (_, file) => resolve(folder, file);
root.loadSync(['inference.proto', 'health.proto', 'tensorflow-serving.proto'], { keepCase: true });

const readable = { longs: String, enums: String, bytes: Buffer, defaults: true, arrays: true, objects: true } as const;
const same = (bytes: Buffer) => bytes;

/** A message as protobufjs has it, by the field names of the .proto files; integers of 64 bits are texts. */
export type Message = Record<string, ReturnType<JSON['parse']>>;

/** Serialises a message of the .proto files. */
export function encode(type: string, message: Message): Buffer {
  const found = root.lookupType(type);
  return Buffer.from(found.encode(found.fromObject(message)).finish());
}

/** Reads a message of the .proto files. */
export function decode(type: string, bytes: Uint8Array): Message {
  const found = root.lookupType(type);
  return found.toObject(found.decode(bytes), readable);
}

export interface CallOptions {
  readonly metadata?: Readonly<Record<string, string>>;
  /** Milliseconds from now. */
  readonly deadline?: number;
  readonly signal?: AbortSignal;
}

/** What a call gave. */
export interface Answered {
  readonly message: Message;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** A client made from the .proto files alone: it shares no code with the server. */
export interface GrpcClient {
  /** Calls `Service/Method` with a message. Rejects with grpc's error. */
  call(path: string, message?: Message, options?: CallOptions): Promise<Answered>;
  /** Sends bytes as they are and gives those of the answer. */
  send(path: string, bytes: Buffer, options?: CallOptions): Promise<Buffer>;
  stream(metadata?: Readonly<Record<string, string>>): ClientDuplexStream<Buffer, Buffer>;
  watch(service: string): ClientReadableStream<Buffer>;
  close(): void;
}

/** The services by the names that calls give them. */
const services: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['GRPCInferenceService'].map((name) => [name, `inference.${name}`])),
  Health: 'grpc.health.v1.Health',
  PredictionService: 'tensorflow.serving.PredictionService',
};

export function openClient(url: string): GrpcClient {
  const options = { 'grpc.use_local_subchannel_pool': 1, 'grpc.max_receive_message_length': -1 };
  const client = new Client(url.replace('grpc://', ''), credentials.createInsecure(), options);

  function start(
    path: string,
    bytes: Buffer,
    { metadata = {}, deadline, signal }: CallOptions,
  ): Promise<{ bytes: Buffer; headers: Metadata }> {
    const sent = metadataOf(metadata);
    return new Promise((done, reject) => {
      let headers = new Metadata();
      const until = deadline === undefined ? {} : { deadline: Date.now() + deadline };
      const call = client.makeUnaryRequest(path, same, same, bytes, sent, until, (error, answer) => {
        if (error === null) done({ bytes: answer ?? Buffer.alloc(0), headers });
        else reject(error);
      });
      call.on('metadata', (given: Metadata) => {
        headers = given;
      });
      signal?.addEventListener('abort', () => call.cancel());
    });
  }

  return {
    call: async (path, message = {}, options = {}) => {
      const { url: wire, request, response } = methodOf(path);
      const { bytes, headers } = await start(wire, encode(request, message), options);
      return { message: decode(response, bytes), headers: headers.getMap() };
    },
    send: async (path, bytes, options = {}) => (await start(methodOf(path).url, bytes, options)).bytes,
    stream: (metadata = {}) => {
      const { url: wire } = methodOf('GRPCInferenceService/ModelStreamInfer');
      return client.makeBidiStreamRequest(wire, same, same, metadataOf(metadata));
    },
    watch: (service) => {
      const { url: wire, request } = methodOf('Health/Watch');
      return client.makeServerStreamRequest(wire, same, same, encode(request, { service }));
    },
    close: () => client.close(),
  };
}

function metadataOf(given: Readonly<Record<string, string>>): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(given)) metadata.set(name, value);
  return metadata;
}

function methodOf(path: string) {
  const [name = '', method = ''] = path.split('/');
  const service = root.lookupService(services[name] ?? name);
  const found = service.methods[method];
  if (found === undefined) throw new Error(`${path} is in no .proto file`);
  const scope = service.fullName.slice(1, service.fullName.lastIndexOf('.'));
  return {
    url: `/${service.fullName.slice(1)}/${method}`,
    request: `${scope}.${found.requestType}`,
    response: `${scope}.${found.responseType}`,
  };
}

/** How a stream ended; an error of it is a status too. */
export function endOf(
  stream: ClientReadableStream<Buffer> | ClientDuplexStream<Buffer, Buffer>,
): Promise<StatusObject> {
  stream.on('error', () => undefined);
  return new Promise((done) => stream.on('status', done));
}

/** The code, the sentence and the trailing Laurel code of a call that fails; fails when it does not. */
export async function failureOf(call: Promise<unknown>): Promise<{ code: number; details: string; error: string }> {
  try {
    await call;
  } catch (error) {
    const { code, details, metadata } = error as ServiceError;
    return { code, details, error: String(metadata.get('x-laurel-error')[0] ?? '') };
  }
  throw new Error('the call was answered');
}

/** The code of a call. */
export async function codeOf(call: Promise<unknown>): Promise<status> {
  return call.then(
    () => status.OK,
    (error: ServiceError) => error.code,
  );
}
