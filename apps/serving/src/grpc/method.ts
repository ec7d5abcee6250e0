import type { Server, ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import { isLaurelError, LaurelError } from '@laurel/contracts';
import { asLaurelError } from '../http/errors.js';
import { statusOf } from './status.js';

export interface MethodLog {
  error(details: object, message: string): void;
}

/**
 * A message as it was read and when it was there, on the clock of `performance.now()`, or why it could not be read: grpc-js
 * would answer INTERNAL for a reader that throws.
 */
export type Read<Message> =
  | { readonly message: Message; readonly receivedAt: number }
  | { readonly refused: LaurelError };

/** Makes a reader that throws one that gives what it threw. */
export function reading<Message>(read: (bytes: Buffer) => Message): (bytes: Buffer) => Read<Message> {
  return (bytes) => {
    const receivedAt = performance.now();
    try {
      return { message: read(bytes), receivedAt };
    } catch (error) {
      return { refused: asLaurelError(error) };
    }
  };
}

export type UnaryCall<Message> = ServerUnaryCall<Read<Message>, unknown>;

/** A method that takes one message and gives one. */
export interface UnaryMethod<Message, Answer> {
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly read: (bytes: Buffer) => Message;
  readonly write: (answer: Answer) => Buffer;
  /** What it throws is answered as a status. */
  readonly answer: (message: Message, call: UnaryCall<Message>, receivedAt: number) => Answer | Promise<Answer>;
}

/** Has a server answer a method. */
export function onUnary<Message, Answer>(server: Server, log: MethodLog, method: UnaryMethod<Message, Answer>): void {
  const handle = async (call: UnaryCall<Message>, respond: sendUnaryData<Answer>): Promise<void> => {
    try {
      const { request } = call;
      if ('refused' in request) throw request.refused;
      respond(null, await method.answer(request.message, call, request.receivedAt));
    } catch (error) {
      respond(statusOf(knownError(error, { path: method.path, log })));
    }
  };
  server.register(
    method.path,
    (call: UnaryCall<Message>, respond: sendUnaryData<Answer>) => void handle(call, respond),
    method.write,
    reading(method.read),
    'unary',
  );
}

/** Any error as one of the table; what was not foreseen is logged. */
export function knownError(
  error: unknown,
  { path, log }: { readonly path: string; readonly log: MethodLog },
): LaurelError {
  if (isLaurelError(error) && error.code !== 'Internal') return error;
  log.error({ err: error, path }, 'a call failed');
  return asLaurelError(error);
}
