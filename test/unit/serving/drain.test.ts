import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { readBody } from '../../../apps/serving/src/http/body.js';
import { createDrain, type Drain } from '../../../apps/serving/src/http/drain.js';
import { send } from '../../../apps/serving/src/http/exchange.js';
import { createHttpServer } from '../../../apps/serving/src/http/http-server.js';
import { Router } from '../../../apps/serving/src/http/router.js';

/** Longer than callers that keep a connection open without a request get. */
const longerThanIdle = 2_600;

async function given(): Promise<{ readonly drain: Drain; readonly open: () => Promise<Socket> }> {
  const router = new Router();
  router.on('POST', '/', async (exchange) => {
    await readBody(exchange.request, 1_000);
    send(exchange, { body: 'answered' });
  });
  const nothing = () => undefined;
  const http = createHttpServer({ router, guard: null, tracer: null, denied: nothing, log: { error: nothing } });
  const { server } = http;
  const drain = createDrain(server, () => http.inFlight() > 0);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const open = async () => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  };
  return { drain, open };
}

async function said(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await once(socket, 'close');
  return text;
}

test('a request whose body is still on its way when the drain begins is answered, however slow the machine', async () => {
  const { drain, open } = await given();
  const socket = await open();
  const answer = said(socket);
  socket.write('POST / HTTP/1.1\r\nhost: here\r\ncontent-length: 4\r\n\r\nab');
  await pause(50);
  const drained = drain.drain();
  await pause(longerThanIdle);
  socket.write('cd');
  expect(await answer).toContain('answered');
  await drained;
}, 10_000);

test('a connection on which nobody asks anything does not hold up the drain', async () => {
  const { drain, open } = await given();
  const answer = said(await open());
  await drain.drain();
  expect(await answer).toBe('');
}, 10_000);
