import { randomFillSync } from 'node:crypto';
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { status } from '@grpc/grpc-js';
import { largestBody } from '../../../apps/serving/src/http/ask.js';
import { eventually } from '../../support/eventually.js';
import { encode } from './grpc-client.js';
import { type EchoServer, startEchoServer } from './grpc-echo.js';

const limits = { maximumBytes: 100_000, maximumMilliseconds: 300, maximumInflatedBytes: 2 * largestBody };

let echo: EchoServer;
let url: string;
const sessions: ClientHttp2Session[] = [];

beforeAll(async () => {
  echo = await startEchoServer({ unfinishedLimits: limits });
  url = echo.url.replace('grpc', 'http');
});
afterAll(() => echo.server.drain());
afterEach(() => {
  for (const session of sessions.splice(0)) session.destroy();
});

function openSession(): ClientHttp2Session {
  const session = connect(url);
  session.on('error', () => undefined);
  sessions.push(session);
  return session;
}

function open(
  session: ClientHttp2Session,
  method: string,
  headers: Readonly<Record<string, string>> = {},
): ClientHttp2Stream {
  const path = `/inference.GRPCInferenceService/${method}`;
  const stream = session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
    ...headers,
  });
  stream.on('error', () => undefined).resume();
  return stream;
}

function framed(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

function request(elements: number): Buffer {
  const input = { name: 'x', datatype: 'FP32', shape: [elements] };
  const raw = Buffer.alloc(elements * 4);
  return framed(encode('inference.ModelInferRequest', { model_name: 'm', inputs: [input], raw_input_contents: [raw] }));
}

interface Ended {
  readonly status: string | undefined;
  readonly message: string;
  readonly error: string | undefined;
  readonly reset: number | undefined;
}

/** How a call ended. */
async function endOf(stream: ClientHttp2Stream): Promise<Ended> {
  let said: Record<string, string> = {};
  const note = (headers: object) => {
    said = { ...said, ...headers };
  };
  stream.on('response', note).on('trailers', note);
  await new Promise((resolve) => stream.once('close', resolve));
  const { 'grpc-status': code, 'grpc-message': message = '', 'x-laurel-error': error } = said;
  return { status: code, message: decodeURI(message), error, reset: stream.rstCode };
}

test.each([
  ['that never sends its message', () => Buffer.alloc(0)],
  ['that sends half of its message', () => request(100).subarray(0, 50)],
  ['that sends its message and does not end', () => request(100)],
])('a caller %s is refused when its time is up', async (_, bytes) => {
  const stream = open(openSession(), 'ModelInfer');
  stream.write(bytes());
  const startedAt = performance.now();
  const { status: code, message, error } = await endOf(stream);
  expect({ code, error }).toEqual({ code: String(status.DEADLINE_EXCEEDED), error: 'DeadlineExceeded' });
  expect(message).toBe('The request was not whole after 0.3 s; send it faster.');
  expect(performance.now() - startedAt).toBeGreaterThan(limits.maximumMilliseconds);
});

test('a caller that dribbles its message is refused as well', async () => {
  const stream = open(openSession(), 'ModelInfer');
  const bytes = request(1_000);
  let at = 0;
  const dribble = setInterval(() => stream.writable && stream.write(bytes.subarray(at, ++at)), 20);
  const { error } = await endOf(stream);
  clearInterval(dribble);
  expect(error).toBe('DeadlineExceeded');
});

test('a stream may rest between two messages and not within one', async () => {
  const stream = open(openSession(), 'ModelStreamInfer');
  await pause(2 * limits.maximumMilliseconds);
  const before = echo.asked.length;
  const second = request(10);
  stream.write(Buffer.concat([request(10), second.subarray(0, 3)]));
  stream.write(second.subarray(3));
  await eventually(() => echo.asked.length === before + 2, 'both are answered');
  await pause(2 * limits.maximumMilliseconds);
  expect(stream.closed).toBe(false);
  stream.write(second.subarray(0, 20));
  const { reset } = await endOf(stream);
  expect(reset).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
});

test('the time in which the server does not read does not count', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  echo.waitFor(promise);
  const stream = open(openSession(), 'ModelStreamInfer');
  const before = echo.asked.length;
  const messages = Array.from({ length: 200 }, () => request(10));
  const last = request(10);
  stream.write(Buffer.concat([...messages, last.subarray(0, 20)]));
  await eventually(() => echo.asked.length >= before + 8, 'some are asked');
  await pause(3 * limits.maximumMilliseconds);
  expect(stream.closed).toBe(false);
  resolve();
  await eventually(() => echo.asked.length === before + 200, 'all are asked');
  stream.end(last.subarray(20));
  expect(await endOf(stream)).toMatchObject({ status: '0', reset: 0 });
  expect(echo.asked.length).toBe(before + 201);
});

test('what is unfinished on one connection is limited; what is there may still finish, and others are not held back', async () => {
  const session = openSession();
  const bytes = request(12_000);
  const half = () => {
    const stream = open(session, 'ModelInfer');
    stream.write(bytes.subarray(0, 40_000));
    return stream;
  };
  const [first, second] = [half(), half()];
  const { status: code, error, message } = await endOf(half());
  expect({ code, error }).toEqual({ code: String(status.RESOURCE_EXHAUSTED), error: 'Overloaded' });
  expect(message).toMatch(/^This connection has more than 100000 bytes of unfinished requests/);
  const other = open(openSession(), 'ModelInfer');
  other.end(bytes);
  for (const stream of [first, second]) stream.end(bytes.subarray(40_000));
  for (const ended of await Promise.all([first, second, other].map(endOf))) expect(ended.status).toBe('0');
});

test('calls that come and go leave nothing behind that counts', async () => {
  const session = openSession();
  for (let round = 0; round < 20; round++) {
    const cut = open(session, 'ModelInfer');
    cut.write(request(10_000).subarray(0, 30_000));
    const whole = open(session, 'ModelInfer');
    whole.end(request(10_000));
    const ended = endOf(whole);
    await pause(5);
    cut.close(constants.NGHTTP2_CANCEL);
    expect((await ended).status).toBe('0');
  }
});

test('compressed requests in progress are limited over all connections by what they may turn out to be', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  echo.waitFor(promise);
  // 80,000 bytes that do not become fewer.
  const message = request(20_000).subarray(5);
  randomFillSync(message, message.length - 80_000);
  const packed = framed(gzipSync(message));
  packed[0] = 1;
  const send = () => {
    const stream = open(openSession(), 'ModelInfer', { 'grpc-encoding': 'gzip' });
    stream.end(packed);
    return endOf(stream);
  };
  const before = echo.asked.length;
  const first = [send(), send()];
  await eventually(() => echo.asked.length === before + 2, 'two are asked');
  expect(await send()).toMatchObject({ status: String(status.RESOURCE_EXHAUSTED), error: 'Overloaded' });
  const plain = open(openSession(), 'ModelInfer');
  plain.end(request(10));
  const others = endOf(plain);
  resolve();
  for (const ended of await Promise.all([...first, others])) expect(ended.status).toBe('0');
  expect((await send()).status).toBe('0');
});

test('a stream of compressed requests counts only while they come', async () => {
  const small = framed(gzipSync(request(10).subarray(5)));
  small[0] = 1;
  const streams = Array.from({ length: 4 }, () => open(openSession(), 'ModelStreamInfer', { 'grpc-encoding': 'gzip' }));
  const before = echo.asked.length;
  for (const [index, stream] of streams.entries()) {
    stream.write(Buffer.concat(Array.from({ length: 600 }, () => small)));
    await eventually(() => echo.asked.length === before + 600 * (index + 1), 'all are asked');
    await pause(50);
  }
  expect(streams.map(({ closed }) => closed)).toEqual([false, false, false, false]);
});

test('a connection that opens calls and resets them at once is told to go', async () => {
  const session = openSession();
  let wentAway = false;
  session.on('goaway', () => {
    wentAway = true;
  });
  for (let round = 0; round < 60 && !session.closed && !session.destroyed; round++) {
    for (let opened = 0; opened < 100; opened++) {
      const stream = open(session, 'ModelInfer');
      stream.close(constants.NGHTTP2_CANCEL);
    }
    await pause(5);
  }
  await eventually(() => wentAway || session.destroyed, 'the connection is gone');
  const other = open(openSession(), 'ServerLive');
  other.end(framed(Buffer.alloc(0)));
  expect((await endOf(other)).status).toBe('0');
});
