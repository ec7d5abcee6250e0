import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { constants, type Http2Session, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { nextTick } from 'node:process';
import { LaurelError } from '@laurel/contracts';
import { largestBody } from '../http/ask.js';
import { statusOf } from './status.js';
import { UnfinishedMessage } from './unfinished-message.js';

/** What callers may leave unfinished. */
export interface UnfinishedLimits {
  /** Bytes of requests of one connection that have come and are not whole. */
  readonly maximumBytes: number;
  /** How long a request may take to come. The time in which the server itself does not read does not count. */
  readonly maximumMilliseconds: number;
  /** Bytes that the compressed requests in progress of all connections may turn out to be. */
  readonly maximumInflatedBytes: number;
}

/** Refuses requests that do not become whole. */
export interface SlowCallers {
  stop(): void;
}

/** Node tells here of every stream of every HTTP/2 server of the process before anybody else. */
const channel = 'http2.server.stream.created';

/**
 * Watches all HTTP/2 connections of this process, because grpc-js neither limits what unfinished and compressed messages take together nor
 * for how long they may come. `streaming` has the paths of methods that take any number of messages: between two of them
 * such a call may rest.
 */
export function watchSlowCallers(limits: UnfinishedLimits, streaming: ReadonlySet<string>): SlowCallers {
  const connections = new WeakMap<Http2Session, Connection>();
  const inflation = { bytes: 0 };
  const open = new Set<Incoming>();
  const watch = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    const { session } = stream;
    // What nobody reads has been answered already; to read it here would keep it open.
    if (session === undefined || stream.listenerCount('data') === 0) return;
    const connection = connections.get(session) ?? { held: 0 };
    connections.set(session, connection);
    const messages = streaming.has(headers[':path'] ?? '') ? new UnfinishedMessage() : null;
    const { 'grpc-encoding': encoding = 'identity' } = headers;
    const inflated = encoding === 'identity' ? null : inflation;
    const incoming = new Incoming({ stream, connection, messages, inflation: inflated, limits });
    open.add(incoming);
    const leave = () => {
      incoming.release();
      open.delete(incoming);
    };
    stream.on('data', (chunk: Buffer) => incoming.take(chunk));
    stream.once('end', leave);
    stream.once('close', () => {
      leave();
      incoming.releaseInflated();
    });
  };
  const look = (message: unknown) => {
    const { stream, headers } = message as { stream: ServerHttp2Stream; headers: IncomingHttpHeaders };
    // Two turns later grpc-js has been told of the stream, and nothing has been read of it.
    nextTick(() => nextTick(watch, stream, headers));
  };
  const step = Math.max(1, limits.maximumMilliseconds / stepsOfLimit);
  const timer = setInterval(() => {
    for (const incoming of open) incoming.waitedFor(step);
  }, step).unref();
  subscribe(channel, look);
  return {
    stop: () => {
      unsubscribe(channel, look);
      clearInterval(timer);
    },
  };
}

/** What deflate makes of a byte at most; one message is no more than `largestBody` of it. */
const mostInflation = 1_032;

/** How often within the limit the time of each call is counted. */
const stepsOfLimit = 30;

interface Connection {
  /** Bytes of all its requests that are not whole. */
  held: number;
}

interface IncomingParts {
  readonly stream: ServerHttp2Stream;
  readonly connection: Connection;
  /** `null` for a method that takes one message: its request is whole when the caller's side ends. */
  readonly messages: UnfinishedMessage | null;
  /** What the compressed requests of the process may turn out to be; `null` for one that is not compressed. */
  readonly inflation: { bytes: number } | null;
  readonly limits: UnfinishedLimits;
}

/** The request side of one call. */
class Incoming {
  readonly #parts: IncomingParts;
  #held = 0;
  #inflated = 0;
  #milliseconds = 0;

  constructor(parts: IncomingParts) {
    this.#parts = parts;
  }

  take(chunk: Buffer): void {
    const { connection, messages, inflation, limits } = this.#parts;
    if (messages === null) this.#hold(this.#held + chunk.length);
    else {
      if (messages.take(chunk)) this.#milliseconds = 0;
      this.#hold(messages.held);
    }
    if (connection.held > limits.maximumBytes) {
      const sentence = `This connection has more than ${limits.maximumBytes} bytes of unfinished requests; finish some first.`;
      this.#refuse(new LaurelError('Overloaded', sentence));
    } else if (inflation !== null) this.#inflate(inflation, chunk.length);
  }

  waitedFor(milliseconds: number): void {
    const { stream, messages, limits } = this.#parts;
    // Between two messages of a stream whatever was compressed has been inflated.
    if (messages?.held === 0) this.releaseInflated();
    if (stream.isPaused() || (messages !== null && messages.held === 0)) return;
    this.#milliseconds += milliseconds;
    if (this.#milliseconds <= limits.maximumMilliseconds) return;
    const sentence = `The request was not whole after ${limits.maximumMilliseconds / 1000} s; send it faster.`;
    this.#refuse(new LaurelError('DeadlineExceeded', sentence));
  }

  release(): void {
    this.#hold(0);
  }

  releaseInflated(): void {
    const { inflation } = this.#parts;
    if (inflation !== null) inflation.bytes -= this.#inflated;
    this.#inflated = 0;
  }

  #inflate(inflation: { bytes: number }, bytes: number): void {
    const inflated = Math.min(largestBody, this.#inflated + bytes * mostInflation);
    inflation.bytes += inflated - this.#inflated;
    this.#inflated = inflated;
    if (inflation.bytes <= this.#parts.limits.maximumInflatedBytes) return;
    this.releaseInflated();
    this.#refuse(new LaurelError('Overloaded', 'Many compressed requests are in progress; try again in a second.'));
  }

  #hold(bytes: number): void {
    this.#parts.connection.held += bytes - this.#held;
    this.#held = bytes;
  }

  /** A call that has been answered in part can only be broken off. */
  #refuse(error: LaurelError): void {
    const { stream } = this.#parts;
    this.release();
    if (stream.closed || stream.destroyed) return;
    if (stream.headersSent) {
      stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM);
      return;
    }
    const { code, details, metadata } = statusOf(error);
    const trailers = { 'grpc-status': code, 'grpc-message': encodeURI(details), ...metadata.toHttp2Headers() };
    stream.respond({ ':status': 200, 'content-type': 'application/grpc+proto', ...trailers }, { endStream: true });
    stream.close(constants.NGHTTP2_NO_ERROR);
  }
}
