import { type Metadata, type ServerDuplexStream, status } from '@grpc/grpc-js';
import type { LaurelError } from '@laurel/contracts';
import type { DataPlane } from '../plane/data-plane.js';
import type { Stages } from '../plane/stages.js';
import { traceOf } from '../tracing/request-trace.js';
import { type Inferred, infer } from './infer.js';
import type { InferMessage } from './messages/infer-request.js';
import { writeInferAnswer, writeStreamAnswer } from './messages/infer-response.js';
import { knownError, type MethodLog, type Read } from './method.js';
import { sendable, statusOf } from './status.js';

/** Requests of a stream that are answered at once, and their bytes; nothing more is read before an answer is taken. */
const mostAtOnce = 8;
const mostBytesAtOnce = 4 * 1024 * 1024;

const goingAway = { code: status.UNAVAILABLE, details: 'The server is going away; open the stream anew.' };

/**
 * What the messages of `ModelStreamInfer` are: Triton's `ModelStreamInferResponse`, which has a place for errors, or
 * MLServer's bare `ModelInferResponse`, where an error ends the stream. Both are of the same method, so the bytes do not
 * tell which a caller expects.
 */
export type StreamDialect = 'triton' | 'mlserver';

export const streamDialects: readonly StreamDialect[] = ['triton', 'mlserver'];

/** Metadata in which a caller names the dialect of its stream. */
const dialectKey = 'x-laurel-stream';

/** The dialect that a caller names, else `usual`. */
function dialectOf(metadata: Metadata, usual: StreamDialect): StreamDialect {
  const named = String(metadata.get(dialectKey)[0] ?? '').toLowerCase();
  return streamDialects.find((dialect) => dialect === named) ?? usual;
}

/** An answer of a stream before it is serialised. */
export type StreamMessage =
  | ({ readonly kind: 'inferred'; readonly dialect: StreamDialect } & Inferred)
  | { readonly kind: 'error'; readonly error: LaurelError; readonly id: string };

/** A call of `ModelStreamInfer`. */
export type InferStream = ServerDuplexStream<Read<InferMessage>, StreamMessage>;

/** Serialises an answer of a stream. */
export function writeStreamMessage(stages: Pick<Stages, 'wrote'>, message: StreamMessage): Buffer {
  if (message.kind === 'error') {
    const { code, message: sentence } = message.error;
    return writeStreamAnswer({ kind: 'error', message: sendable(`${code}: ${sentence}`), id: message.id });
  }
  const bytes =
    message.dialect === 'mlserver'
      ? writeInferAnswer(message.message)
      : writeStreamAnswer({ kind: 'answer', answer: message.message });
  stages.wrote(message.answer, message.answeredAt);
  return bytes;
}

export interface StreamParts {
  readonly plane: Pick<DataPlane, 'predict'>;
  readonly log: MethodLog;
  readonly path: string;
  /** Of callers that name none. */
  readonly dialect: StreamDialect;
}

/** The streams of a server. */
export interface Streams {
  /**
   * Answers the requests of a stream in their order. What is wrong with one is told in its answer and does not end the
   * stream, but for MLServer's dialect, which has no place for it. A caller that does not read its answers is not read from.
   */
  answer(call: InferStream): void;
  /** Ends every stream once what was read of it is answered; a stream has no end of its own to wait for. */
  leave(): void;
}

export function createStreams(parts: StreamParts): Streams {
  const open = new Set<OpenStream>();
  return {
    answer: (call) => {
      const stream = new OpenStream(parts, call);
      open.add(stream);
      call.on('close', () => open.delete(stream));
    },
    leave: () => {
      for (const stream of open) stream.leave();
    },
  };
}

class OpenStream {
  readonly #parts: StreamParts;
  readonly #call: InferStream;
  readonly #dialect: StreamDialect;
  #count = 0;
  #bytes = 0;
  #last: Promise<void> = Promise.resolve();
  #leaving = false;
  /** An error has ended the stream; what else was read of it is answered by nobody. */
  #over = false;

  constructor(parts: StreamParts, call: InferStream) {
    this.#parts = parts;
    this.#call = call;
    this.#dialect = dialectOf(call.metadata, parts.dialect);
    call.on('data', (request: Read<InferMessage>) => this.#take(request));
    call.on('end', () => void this.#last.then(() => this.#over || call.end()));
  }

  leave(): void {
    this.#leaving = true;
    this.#call.pause();
    void this.#last.then(() => this.#over || this.#call.emit('error', goingAway));
  }

  #take(request: Read<InferMessage>): void {
    const size = 'message' in request ? request.message.bytes : 0;
    this.#count += 1;
    this.#bytes += size;
    if (!this.#hasRoom()) this.#call.pause();
    this.#last = this.#answerInTurn(this.#answerOf(request), this.#last, size);
  }

  async #answerInTurn(answer: Promise<StreamMessage>, before: Promise<void>, size: number): Promise<void> {
    const given = await answer;
    await before;
    if (!this.#over) await this.#give(given);
    this.#count -= 1;
    this.#bytes -= size;
    if (this.#hasRoom()) this.#call.resume();
  }

  async #give(answer: StreamMessage): Promise<void> {
    if (answer.kind === 'inferred' || this.#dialect === 'triton') return written(this.#call, answer);
    this.#over = true;
    this.#leaving = true;
    this.#call.pause();
    this.#call.emit('error', statusOf(answer.error));
  }

  async #answerOf(request: Read<InferMessage>): Promise<StreamMessage> {
    const id = 'message' in request ? request.message.id : '';
    const trace = traceOf(this.#call.metadata)?.part('message') ?? null;
    try {
      if ('refused' in request) throw request.refused;
      const inferred = await infer(this.#parts.plane, { ...request, trace }, this.#call);
      return { kind: 'inferred', dialect: this.#dialect, ...inferred };
    } catch (error) {
      const known = knownError(error, this.#parts);
      trace?.refused(known.code);
      return { kind: 'error', error: known, id };
    } finally {
      trace?.span.end();
    }
  }

  #hasRoom(): boolean {
    return !this.#leaving && this.#count < mostAtOnce && this.#bytes < mostBytesAtOnce;
  }
}

/** Resolves once the answer has been taken by the connection, or the call is over. */
function written(call: InferStream, answer: StreamMessage): Promise<void> {
  return new Promise((resolve) => {
    if (call.cancelled || call.destroyed) resolve();
    else call.write(answer, () => resolve());
  });
}
