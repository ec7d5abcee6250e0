import { connect, type Socket } from 'node:net';

/** Where a server of the bench listens. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

/** `status` is 0 when the connection broke before the answer was whole. */
export interface Answer {
  readonly status: number;
  /** Status line and headers as they came. */
  readonly head: string;
  /** Empty unless the connection keeps bodies. */
  readonly body: Buffer;
}

/** One kept connection with at most one request on its way. */
export interface HttpConnection {
  /** Sends a whole request; `onAnswer` is called once. A broken connection is made anew by the next call. */
  send(request: Uint8Array, onAnswer: (answer: Answer) => void): void;
  close(): void;
}

const headEnd = '\r\n\r\n';
const lastAnswer = /\r\nconnection: *close/i;
const nothing = Buffer.alloc(0);
const chunkedEnd = Buffer.from('\r\n0\r\n\r\n');

/** A connection that does as little as an HTTP/1.1 client can, so that the load generator is not what is measured. */
export function createHttpConnection({ host, port }: Target, options: { readonly keepBody: boolean }): HttpConnection {
  let socket: Socket | null = null;
  let waiting: ((answer: Answer) => void) | null = null;
  const settle = (answer: Answer) => {
    const onAnswer = waiting;
    waiting = null;
    onAnswer?.(answer);
  };
  const leave = (left: Socket) => {
    if (socket === left) socket = null;
    left.destroy();
  };
  const open = (): Socket => {
    const opened = connect({ host, port, noDelay: true });
    const read = createReader(options.keepBody, (answer) => {
      if (lastAnswer.test(answer.head)) leave(opened);
      settle(answer);
    });
    const end = () => {
      if (socket !== opened) return;
      leave(opened);
      settle({ status: 0, head: '', body: nothing });
    };
    opened.on('data', read).on('error', end).on('close', end);
    return opened;
  };
  return {
    send: (request, onAnswer) => {
      waiting = onAnswer;
      socket ??= open();
      socket.write(request);
    },
    close: () => {
      waiting = null;
      if (socket !== null) leave(socket);
    },
  };
}

/** Reads answers one after the other; bodies end by length, or by the last chunk. */
function createReader(keepBody: boolean, onAnswer: (answer: Answer) => void): (data: Buffer) => void {
  let before: Buffer = nothing;
  let head = '';
  let missing = 0;
  let parts: Buffer[] = [];
  const finish = (body: Buffer) => {
    const answer = { status: Number(head.slice(9, 12)), head, body };
    head = '';
    parts = [];
    onAnswer(answer);
  };
  const readHead = (data: Buffer) => {
    const seen = before.length === 0 ? data : Buffer.concat([before, data]);
    const end = seen.indexOf(headEnd);
    if (end < 0) {
      before = seen;
      return;
    }
    before = nothing;
    head = seen.toString('latin1', 0, end);
    missing = lengthIn(head);
    readBody(seen.subarray(end + headEnd.length));
  };
  const readBody = (data: Buffer) => {
    if (missing === Number.POSITIVE_INFINITY) {
      parts.push(data);
      const all = Buffer.concat([Buffer.from('\r\n'), ...parts]);
      if (all.subarray(-chunkedEnd.length).equals(chunkedEnd)) finish(keepBody ? joined(all.subarray(2)) : nothing);
      return;
    }
    missing -= data.length;
    if (keepBody) parts.push(data);
    if (missing <= 0) finish(keepBody ? Buffer.concat(parts) : nothing);
  };
  return (data) => (head === '' ? readHead(data) : readBody(data));
}

/** Bytes of the body; infinite for chunks. */
function lengthIn(head: string): number {
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) return Number(length);
  return /\r\ntransfer-encoding: *chunked/i.test(head) ? Number.POSITIVE_INFINITY : 0;
}

/** The body of a chunked answer. */
function joined(chunked: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = chunked.indexOf('\r\n', at);
    const size = Number.parseInt(chunked.toString('latin1', at, lineEnd), 16);
    if (!(size > 0)) return Buffer.concat(parts);
    parts.push(chunked.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}

/** Sends one request on a connection of its own. */
export function ask(target: Target, request: Uint8Array): Promise<Answer> {
  const connection = createHttpConnection(target, { keepBody: true });
  return new Promise((resolve) => {
    connection.send(request, (answer) => {
      connection.close();
      resolve(answer);
    });
  });
}
