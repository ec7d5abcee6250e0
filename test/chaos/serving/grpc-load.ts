import { setTimeout as pause } from 'node:timers/promises';
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import type { Target } from '../../bench/serving/http-connection.js';

const method = '/inference.GRPCInferenceService/ModelInfer';
const tickMilliseconds = 5;
const callMilliseconds = 10_000;
const lastAnswersMilliseconds = 11_000;
const same = (bytes: Buffer) => bytes;

/** How one call ended; `sentAt` is on the clock of `performance.now()`. */
export interface CallEnd {
  readonly arrival: number;
  readonly sentAt: number;
  readonly error: ServiceError | null;
  readonly message: Buffer;
  readonly metadata: Metadata;
}

export interface GrpcLoadOptions {
  readonly target: Target;
  /** Calls per second, whatever the server does. */
  readonly rate: number;
  /** HTTP/2 connections. */
  readonly channels: number;
  /** A serialised `ModelInferRequest`, and the key that keeps its caller with one arm. */
  readonly call: (arrival: number) => { readonly bytes: Buffer; readonly stickyKey: string };
  readonly onEnd: (end: CallEnd) => void;
}

export interface GrpcLoad {
  sent(): number;
  stop(): Promise<void>;
}

/** Calls at a constant rate over kept HTTP/2 connections and shows how each ended. Nothing is tried again. */
export function startGrpcLoad({ target, rate, channels, call, onEnd }: GrpcLoadOptions): GrpcLoad {
  const options = { 'grpc.use_local_subchannel_pool': 1, 'grpc.enable_retries': 0 };
  const address = `${target.host}:${target.port}`;
  const clients = Array.from({ length: channels }, () => new Client(address, credentials.createInsecure(), options));
  let sent = 0;
  let ended = 0;
  let dueAt = performance.now();
  const one = (client: Client, arrival: number) => {
    const { bytes, stickyKey } = call(arrival);
    const metadata = new Metadata();
    metadata.set('x-laurel-sticky-key', stickyKey);
    const sentAt = performance.now();
    let answered = new Metadata();
    const deadline = Date.now() + callMilliseconds;
    client
      .makeUnaryRequest(method, same, same, bytes, metadata, { deadline }, (error, message = Buffer.alloc(0)) => {
        ended += 1;
        onEnd({ arrival, sentAt, error, message, metadata: answered });
      })
      .on('metadata', (given: Metadata) => {
        answered = given;
      });
  };
  const timer = setInterval(() => {
    for (; dueAt <= performance.now(); dueAt += 1_000 / rate) {
      const client = clients[sent % channels];
      if (client !== undefined) one(client, sent);
      sent += 1;
    }
  }, tickMilliseconds);
  return {
    sent: () => sent,
    stop: async () => {
      clearInterval(timer);
      const end = performance.now() + lastAnswersMilliseconds;
      const isOver = () => ended === sent || performance.now() >= end;
      while (!isOver()) await pause(5);
      for (const client of clients) client.close();
    },
  };
}
