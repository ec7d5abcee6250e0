import { Metadata, type ServerUnaryCall } from '@grpc/grpc-js';
import type { Tensor } from '@laurel/domain';
import { callerOf } from '../caller.js';
import { answerHeaders, stickyKeyHeader } from '../http/answer-headers.js';
import { checkedEndpoint, nextRequestId } from '../http/ask.js';
import type { PredictAnswer, PredictRequest, Protocol } from '../predictions.js';
import { type RequestTrace, traceOf } from '../tracing/request-trace.js';

/** What both kinds of call have. */
export type AnyCall = Pick<ServerUnaryCall<unknown, unknown>, 'metadata' | 'cancelled' | 'getPeer' | 'getDeadline'>;

/** What a protocol read from a message. */
export interface Asked {
  readonly endpoint: string;
  readonly version: string | null;
  readonly tensors: readonly Tensor[];
  /** Empty for one that was not given. */
  readonly requestId: string;
  readonly protocol: Protocol;
  /** Milliseconds from now. */
  readonly timeout: number | null;
  readonly priority: number;
  /** When the whole message was there, on the clock of `performance.now()`. */
  readonly receivedAt: number;
  /** Of the message, where a call has several; that of the call unless told. */
  readonly trace?: RequestTrace | null;
}

/** A call as the data plane takes it. Errors: `NotFound` for a name that no endpoint can have. */
export function predictRequest(call: AnyCall, asked: Asked): PredictRequest {
  const { metadata } = call;
  return {
    endpoint: checkedEndpoint(asked.endpoint),
    version: asked.version,
    input: { kind: 'tensors', tensors: asked.tensors },
    rows: asked.tensors[0]?.shape[0] ?? 1,
    stickyKey: textOf(metadata, stickyKeyHeader) || null,
    header: (name) => textOf(metadata, name),
    requestId: asked.requestId || nextRequestId(),
    protocol: asked.protocol,
    deadline: deadlineOf(call, asked.timeout),
    priority: asked.priority,
    isCancelled: () => call.cancelled,
    client: callerOf(metadata, addressOf(call.getPeer())),
    receivedAt: asked.receivedAt,
    trace: asked.trace ?? traceOf(metadata),
  };
}

/** The first value of a key; names that gRPC's metadata cannot have, and binary values, are not there. */
function textOf(metadata: Metadata, name: string): string | undefined {
  const value = isKey.test(name) ? metadata.get(name)[0] : undefined;
  return typeof value === 'string' ? value : undefined;
}

const isKey = /^[0-9a-z_.-]+$/;

/** The sooner of the call's deadline and its time-out, on the clock of `performance.now()`. */
function deadlineOf(call: AnyCall, timeout: number | null): number | null {
  const now = performance.now();
  const given = Number(call.getDeadline());
  const deadline = Number.isFinite(given) ? now + given - Date.now() : null;
  if (timeout === null) return deadline;
  return deadline === null ? now + timeout : Math.min(deadline, now + timeout);
}

/** An address without its port, which changes with every connection. */
export function addressOf(peer: string): string {
  const port = peer.lastIndexOf(':');
  return port < 0 ? peer : peer.slice(0, port);
}

/** The metadata that tells who answered; the names are those of the HTTP headers. */
export function answerMetadata(answer: PredictAnswer): Metadata {
  const headers = answerHeaders(answer);
  const metadata = new Metadata();
  for (let index = 0; index < headers.length; index += 2)
    metadata.set(headers[index] as string, headers[index + 1] as string);
  return metadata;
}
