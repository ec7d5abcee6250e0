import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import { createHistogram } from '../../bench/serving/histogram.js';
import { ask, type Target } from '../../bench/serving/http-connection.js';
import { runOpenLoop } from '../../bench/serving/open-loop.js';

let server: Server;

async function serve(answer: RequestListener): Promise<Target> {
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

const get = (path: string) => Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

test('a percentile is never more than a thousandth above the smallest value that reaches it', () => {
  const durations = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(durations, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
      const histogram = createHistogram();
      for (const value of values) histogram.record(value);
      const exact = values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(share * values.length) - 1)] ?? 0;
      expect(histogram.at(share)).toBeGreaterThanOrEqual(exact - 0.0005);
      expect(histogram.at(share)).toBeLessThanOrEqual(exact * 1.001 + 0.001);
    }),
  );
});

test('answers that come in chunks and pieces are read whole', async () => {
  const target = await serve((_, response) => {
    response.write('a'.repeat(10));
    setTimeout(() => response.end('b'.repeat(70_000)), 5);
  });
  const { status, body } = await ask(target, get('/'));
  expect(status).toBe(200);
  expect(body.toString()).toBe('a'.repeat(10) + 'b'.repeat(70_000));
});

test('a server that closes connections after its answers breaks none', async () => {
  const target = await serve((_, response) => response.writeHead(200, { connection: 'close' }).end('x'));
  const result = await runOpenLoop({ target, requests: [get('/')], rate: 200, seconds: 1, connections: 4 });
  expect(result.statuses).toEqual({ 200: 200 });
});

test('waiting for a free connection counts, and what is left in the end is told', async () => {
  const target = await serve((_, response) => void setTimeout(() => response.end('x'), 40));
  const load = { target, requests: [get('/')], rate: 100, seconds: 1, connections: 2, deadlineMilliseconds: 200 };
  const { planned, achieved, goodput, statuses, latency } = await runOpenLoop(load);
  expect(planned).toBe(100);
  expect(achieved).toBeLessThan(60);
  expect(goodput).toBeLessThan(achieved);
  expect(latency.p99).toBeGreaterThan(300);
  expect(statuses['unanswered']).toBeGreaterThan(20);
  expect((statuses['unanswered'] ?? 0) + (statuses['200'] ?? 0)).toBe(100);
});

test('an answer other than 200 is counted and has no latency', async () => {
  const target = await serve((_, response) => response.writeHead(503).end());
  const result = await runOpenLoop({ target, requests: [get('/')], rate: 50, seconds: 1, connections: 2 });
  expect(result.statuses).toEqual({ 503: 50 });
  expect(result.goodput).toBe(0);
  expect(result.latency.p50).toBeNaN();
});
