import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { createHistogram } from './histogram.js';
import type { Target } from './http-connection.js';
import type { Call } from './requests.js';
import type { Measured } from './samples.js';

const method = '/inference.GRPCInferenceService/ModelInfer';
/** Each is one HTTP/2 connection; several, because one is read and written by one stream of frames. */
const channels = 8;
const callMilliseconds = 10_000;
const same = (bytes: Buffer) => bytes;

/** A client that keeps its connections and sends messages that are serialised already. */
export interface GrpcClient {
  /** The serialised answer. Error: grpc's own, with its code. */
  call(call: Call, channel?: number): Promise<Buffer>;
  close(): void;
}

export function openGrpcClient({ host, port }: Target): GrpcClient {
  const options = { 'grpc.use_local_subchannel_pool': 1, 'grpc.max_receive_message_length': -1 };
  const clients = Array.from(
    { length: channels },
    () => new Client(`${host}:${port}`, credentials.createInsecure(), options),
  );
  return {
    call: ({ bytes, stickyKey }, channel = 0) => {
      const metadata = new Metadata();
      metadata.set('x-laurel-sticky-key', stickyKey);
      const deadline = Date.now() + callMilliseconds;
      return new Promise((resolve, reject) => {
        clients[channel % channels]?.makeUnaryRequest(
          method,
          same,
          same,
          bytes,
          metadata,
          { deadline },
          (error, answer) => {
            if (error === null && answer !== undefined) resolve(answer);
            else reject(error ?? new Error('an answer without a message'));
          },
        );
      });
    },
    close: () => {
      for (const client of clients) client.close();
    },
  };
}

/** Keeps that many calls on their way for some seconds, each waiting for its answer before the next. */
export async function runGrpcLoop(
  client: GrpcClient,
  calls: readonly Call[],
  { concurrency, seconds }: { readonly concurrency: number; readonly seconds: number },
): Promise<Measured> {
  const latencies = createHistogram();
  const startedAt = performance.now();
  const end = startedAt + seconds * 1_000;
  let failed = 0;
  const one = async (channel: number) => {
    for (let index = channel; performance.now() < end; index += concurrency) {
      const call = calls[index % calls.length];
      if (call === undefined) throw new Error('the load has no call to send');
      const sentAt = performance.now();
      try {
        await client.call(call, channel);
        latencies.record(performance.now() - sentAt);
      } catch {
        failed += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, (_, channel) => one(channel)));
  const took = (performance.now() - startedAt) / 1_000;
  return {
    perSecond: latencies.count() / took,
    p50: latencies.at(0.5),
    p99: latencies.at(0.99),
    p999: latencies.at(0.999),
    failed,
  };
}
