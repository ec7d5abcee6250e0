import type { IncomingMessage } from 'node:http';
import { LaurelError } from '@laurel/contracts';
import { isName } from '@laurel/domain';
import { callerOf } from '../caller.js';
import type { PredictRequest, Protocol, RequestInput } from '../predictions.js';
import { traceOf } from '../tracing/request-trace.js';
import { stickyKeyHeader } from './answer-headers.js';
import { headerOf } from './exchange.js';

/** Bodies above this are refused. */
export const largestBody = 32 * 1024 * 1024;

/** What a protocol read from a request. */
export interface Asked {
  readonly endpoint: string;
  readonly version: string | null;
  readonly input: RequestInput;
  readonly requestId: string;
  readonly protocol: Protocol;
  /** Milliseconds from now. */
  readonly timeout?: number | null;
  readonly priority?: number;
  /** When the whole body was there, on the clock of `performance.now()`. */
  readonly receivedAt: number;
}

let counter = 0;

/** An id for a request that brought none; unique in this process. */
export function nextRequestId(): string {
  counter = (counter + 1) % Number.MAX_SAFE_INTEGER;
  return counter.toString(36);
}

/** A request over HTTP as the data plane takes it. */
export function predictRequest(request: IncomingMessage, asked: Asked): PredictRequest {
  const { socket } = request;
  const { timeout = null, priority = 0 } = asked;
  return {
    endpoint: checkedEndpoint(asked.endpoint),
    version: asked.version,
    input: asked.input,
    rows: rowsOf(asked.input),
    stickyKey: headerOf(request, stickyKeyHeader) || null,
    header: (name) => headerOf(request, name),
    requestId: asked.requestId,
    protocol: asked.protocol,
    deadline: timeout === null ? null : performance.now() + timeout,
    priority,
    isCancelled: () => socket.destroyed,
    client: callerOf(request, socket.remoteAddress),
    receivedAt: asked.receivedAt,
    trace: traceOf(request),
  };
}

function rowsOf(input: RequestInput): number {
  return input.kind === 'rows' ? input.rows.length : (input.tensors[0]?.shape[0] ?? 1);
}

/** Returns `name` when it may name an endpoint. Errors: `NotFound`. */
export function checkedEndpoint(name: string): string {
  if (isName(name)) return name;
  throw new LaurelError('NotFound', `"${name.slice(0, 63)}" names no endpoint.`);
}
