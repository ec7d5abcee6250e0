import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { jest } from '@jest/globals';
import { decode, encode, failureOf, type GrpcClient, openClient } from './grpc-client.js';
import { type EchoServer, startEchoServer } from './grpc-echo.js';

let echo: EchoServer;
let client: GrpcClient;
let url: string;

beforeAll(async () => {
  echo = await startEchoServer();
  ({ url } = echo);
  client = openClient(url);
});
afterAll(async () => {
  client.close();
  await echo.server.drain();
});
afterEach(() => expect(echo.takeFailures()).toEqual([]));

test('a name that is cut in the middle of a character does not end the process', async () => {
  const name = `${'a'.repeat(62)}😀`;
  const { code } = await failureOf(client.call('GRPCInferenceService/ModelInfer', { model_name: name }));
  expect(code).toBe(status.NOT_FOUND);
});

test('a name with line breaks and control characters is refused in one line', async () => {
  const name = 'a\r\nb\u0000\u001b[31m\u2028c';
  const { code, details } = await failureOf(client.call('GRPCInferenceService/ModelInfer', { model_name: name }));
  expect({ code, details }).toEqual({ code: status.NOT_FOUND, details: '"a??b??[31m?c" names no endpoint.' });
  const stream = client.stream();
  stream.end(encode('inference.ModelInferRequest', { model_name: name }));
  const [answer] = (await once(stream, 'data')) as [Buffer];
  const { error_message: message } = decode('inference.ModelStreamInferResponse', answer);
  expect(message).toBe('NotFound: "a??b??[31m?c" names no endpoint.');
});

test('metadata that is no text is left out, and nothing is printed about it', async () => {
  const printed = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const session = connectHttp2(url.replace('grpc', 'http'));
  const path = '/inference.GRPCInferenceService/ServerLive';
  const head = { ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' };
  const stream = session.request({ ...head, 'x-laurel-sticky-key': '\u00e9' });
  stream.end(Buffer.alloc(5));
  stream.resume();
  const [trailers] = (await once(stream, 'trailers')) as [Record<string, string>];
  expect(trailers['grpc-status']).toBe('0');
  session.destroy();
  expect(printed).not.toHaveBeenCalled();
  printed.mockRestore();
});

test('a message above 32 MiB is refused as such', async () => {
  const { code } = await failureOf(client.send('GRPCInferenceService/ModelInfer', Buffer.alloc(32 * 1024 * 1024 + 1)));
  expect(code).toBe(status.RESOURCE_EXHAUSTED);
});

test('a path of strange bytes is a method that is none', async () => {
  const session = connectHttp2(url.replace('grpc', 'http'));
  for (const path of ['/\u00e9/\u00ff', '/a%0d%0ab', `/${'x'.repeat(4_000)}`]) {
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    stream.on('error', () => undefined).resume();
    await once(stream, 'close');
  }
  session.destroy();
  await expect(client.call('GRPCInferenceService/ServerLive')).resolves.toMatchObject({ message: { live: true } });
});

test('bytes that are no HTTP/2, and a caller that hangs up, hurt nobody', async () => {
  const port = Number(new URL(url.replace('grpc', 'http')).port);
  for (const greeting of ['GET / HTTP/1.1\r\n\r\n', '\0'.repeat(200), 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff']) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(greeting, 'latin1');
    await pause(50);
    socket.resetAndDestroy();
  }
  await expect(client.call('GRPCInferenceService/ServerLive')).resolves.toMatchObject({ message: { live: true } });
});
