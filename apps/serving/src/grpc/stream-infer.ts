import { type ServerDuplexStream, status } from '@grpc/grpc-js';
import type { DataPlane } from '../plane/data-plane.js';
import type { Stages } from '../plane/stages.js';
import { type Inferred, infer } from './infer.js';
import type { InferMessage } from './messages/infer-request.js';
import { writeStreamAnswer } from './messages/infer-response.js';
import { knownError, type MethodLog, type Read } from './method.js';
import { sendable } from './status.js';

/** Requests of a stream that are answered at once, and their bytes; nothing more is read before an answer is taken. */
const mostAtOnce = 8;
const mostBytesAtOnce = 4 * 1024 * 1024;

const goingAway = { code: status.UNAVAILABLE, details: 'The server is going away; open the stream anew.' };

/** An answer of a stream before it is serialised. */
export type StreamMessage =
  | ({ readonly kind: 'inferred' } & Inferred)
  | { readonly kind: 'error'; readonly message: string; readonly id: string };

/** A call of `ModelStreamInfer`. */
export type InferStream = ServerDuplexStream<Read<InferMessage>, StreamMessage>;

/** Serialises an answer of a stream. */
export function writeStreamMessage(stages: Pick<Stages, 'wrote'>, message: StreamMessage): Buffer {
  if (message.kind === 'error') return writeStreamAnswer(message);
  const bytes = writeStreamAnswer({ kind: 'answer', answer: message.message });
  stages.wrote(message.answer, message.answeredAt);
  return bytes;
}

export interface StreamParts {
  readonly plane: Pick<DataPlane, 'predict'>;
  readonly log: MethodLog;
  readonly path: string;
}

/** The streams of a server. */
export interface Streams {
  /**
   * Answers the requests of a stream in their order. What is wrong with one is told in its answer and does not end the
   * stream. A caller that does not read its answers is not read from.
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
  #count = 0;
  #bytes = 0;
  #last: Promise<void> = Promise.resolve();
  #leaving = false;

  constructor(parts: StreamParts, call: InferStream) {
    this.#parts = parts;
    this.#call = call;
    call.on('data', (request: Read<InferMessage>) => this.#take(request));
    call.on('end', () => void this.#last.then(() => call.end()));
  }

  leave(): void {
    this.#leaving = true;
    this.#call.pause();
    void this.#last.then(() => this.#call.emit('error', goingAway));
  }

  #take(request: Read<InferMessage>): void {
    const size = 'message' in request ? request.message.bytes : 0;
    this.#count += 1;
    this.#bytes += size;
    if (!this.#hasRoom()) this.#call.pause();
    this.#last = this.#answerInTurn(answerOf(this.#parts, request, this.#call), this.#last, size);
  }

  async #answerInTurn(answer: Promise<StreamMessage>, before: Promise<void>, size: number): Promise<void> {
    const given = await answer;
    await before;
    await written(this.#call, given);
    this.#count -= 1;
    this.#bytes -= size;
    if (this.#hasRoom()) this.#call.resume();
  }

  #hasRoom(): boolean {
    return !this.#leaving && this.#count < mostAtOnce && this.#bytes < mostBytesAtOnce;
  }
}

async function answerOf(parts: StreamParts, request: Read<InferMessage>, call: InferStream): Promise<StreamMessage> {
  const id = 'message' in request ? request.message.id : '';
  try {
    if ('refused' in request) throw request.refused;
    return { kind: 'inferred', ...(await infer(parts.plane, request, call)) };
  } catch (error) {
    const { code, message } = knownError(error, parts);
    return { kind: 'error', message: sendable(`${code}: ${message}`), id };
  }
}

/** Resolves once the answer has been taken by the connection, or the call is over. */
function written(call: InferStream, answer: StreamMessage): Promise<void> {
  return new Promise((resolve) => {
    if (call.cancelled || call.destroyed) resolve();
    else call.write(answer, () => resolve());
  });
}
