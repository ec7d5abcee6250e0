import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from 'node:http2';
import type { RawCall } from './mutate-frame.js';

/** What a server said to a mutant. */
export interface Said {
  /** Of HTTP. */
  readonly status: number;
  /** `grpc-status`; `null` where none came. */
  readonly code: number | null;
  readonly message: string;
  /** The code of Laurel's error; `undefined` for what grpc-js answered by itself. */
  readonly error: string | undefined;
  readonly body: Buffer;
  readonly milliseconds: number;
}

const patience = 20_000;

/** Sends calls over a few connections, raw: no library makes the frames right. */
export function createClient(url: string, connections: number) {
  const sessions: (ClientHttp2Session | undefined)[] = Array.from({ length: connections });
  let reconnected = 0;

  function sessionOf(lane: number): ClientHttp2Session {
    const at = lane % connections;
    const known = sessions[at];
    if (known !== undefined && !known.closed && !known.destroyed) return known;
    if (known !== undefined) reconnected += 1;
    const session = connect(url);
    session.on('error', () => undefined);
    sessions[at] = session;
    return session;
  }

  return {
    /** Connections that the server ended. */
    reconnected: () => reconnected,
    send: (call: RawCall, lane: number) => sendOver(sessionOf(lane), call),
    close: () => {
      for (const session of sessions) session?.destroy();
    },
  };
}

function sendOver(session: ClientHttp2Session, { path, headers, body, cuts }: RawCall): Promise<Said> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    const chunks: Buffer[] = [];
    let said: IncomingHttpHeaders = {};
    const note = (given: IncomingHttpHeaders) => {
      said = { ...said, ...given };
    };
    stream.on('response', note).on('trailers', note);
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.setTimeout(patience, () => stream.destroy(new Error(`no answer within ${patience} ms`)));
    stream.on('error', reject);
    stream.on('close', () => resolve(saidOf(said, Buffer.concat(chunks), performance.now() - startedAt)));
    for (const piece of piecesOf(body, cuts)) stream.write(piece);
    stream.end();
  });
}

function piecesOf(body: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const ends = [...cuts, body.length].sort((one, other) => one - other);
  return ends.map((end, index) => body.subarray(ends[index - 1] ?? 0, end)).filter(({ length }) => length > 0);
}

function saidOf(headers: IncomingHttpHeaders, body: Buffer, milliseconds: number): Said {
  const { ':status': status = 0, 'grpc-status': code, 'grpc-message': message = '', 'x-laurel-error': error } = headers;
  return {
    status: Number(status),
    code: code === undefined ? null : Number(code),
    message: decodeURI(String(message)),
    error: error === undefined ? undefined : String(error),
    body,
    milliseconds,
  };
}
