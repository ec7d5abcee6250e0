import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { constants, type Http2Session, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { LaurelError } from '@laurel/contracts';
import { statusOf } from './status.js';
import { UnfinishedMessage } from './unfinished-message.js';

/** What callers may leave unfinished. */
export interface UnfinishedLimits {
  /** Bytes of requests of one connection that have come and are not whole. */
  readonly maximumBytes: number;
  /** How long a request may take to come. The time in which the server itself does not read does not count. */
  readonly maximumMilliseconds: number;
}

/** Refuses requests that do not become whole. */
export interface SlowCallers {
  stop(): void;
}

/** Node tells here of every stream of every HTTP/2 server of the process before anybody else. */
const channel = 'http2.server.stream.created';

/**
 * Watches all HTTP/2 connections of this process, because grpc-js neither limits what unfinished messages take together nor
 * for how long they may come. `streaming` has the paths of methods that take any number of messages: between two of them
 * such a call may rest.
 */
export function watchSlowCallers(limits: UnfinishedLimits, streaming: ReadonlySet<string>): SlowCallers {
  const connections = new WeakMap<Http2Session, Connection>();
  const open = new Set<Incoming>();
  const look = (message: unknown) => {
    const { stream, headers } = message as { stream: ServerHttp2Stream; headers: IncomingHttpHeaders };
    if (stream.session === undefined) return;
    const connection = connections.get(stream.session) ?? { held: 0 };
    connections.set(stream.session, connection);
    const messages = streaming.has(headers[':path'] ?? '') ? new UnfinishedMessage() : null;
    const incoming = new Incoming({ stream, connection, messages, limits });
    open.add(incoming);
    const leave = () => {
      incoming.release();
      open.delete(incoming);
    };
    stream.on('data', (chunk: Buffer) => incoming.take(chunk));
    stream.once('end', leave);
    stream.once('close', leave);
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
  readonly limits: UnfinishedLimits;
}

/** The request side of one call. */
class Incoming {
  readonly #parts: IncomingParts;
  #held = 0;
  #milliseconds = 0;

  constructor(parts: IncomingParts) {
    this.#parts = parts;
  }

  take(chunk: Buffer): void {
    const { connection, messages, limits } = this.#parts;
    if (messages === null) this.#hold(this.#held + chunk.length);
    else {
      if (messages.take(chunk)) this.#milliseconds = 0;
      this.#hold(messages.held);
    }
    if (connection.held <= limits.maximumBytes) return;
    const sentence = `This connection has more than ${limits.maximumBytes} bytes of unfinished requests; finish some first.`;
    this.#refuse(new LaurelError('Overloaded', sentence));
  }

  waitedFor(milliseconds: number): void {
    const { stream, messages, limits } = this.#parts;
    if (stream.isPaused() || (messages !== null && messages.held === 0)) return;
    this.#milliseconds += milliseconds;
    if (this.#milliseconds <= limits.maximumMilliseconds) return;
    const sentence = `The request was not whole after ${limits.maximumMilliseconds / 1000} s; send it faster.`;
    this.#refuse(new LaurelError('DeadlineExceeded', sentence));
  }

  release(): void {
    this.#hold(0);
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
