import { createWebhookSender } from '@laurel/webhooks';
import { expectedSignature, openReceiver, type WebhookReceiver } from '../../support/webhook-receiver.js';

const secret = 'a-secret-of-the-test';
const message = (url: string) => ({ id: 'd1', url, secret, body: '{"type":"run.ended"}' });
const onLoopback = createWebhookSender({ allowed: ['127.0.0.1/32'], timeoutMilliseconds: 1_000 });
const publicOnly = createWebhookSender({ allowed: [], timeoutMilliseconds: 1_000 });

let receiver: WebhookReceiver | undefined;
afterEach(async () => {
  await receiver?.close();
  receiver = undefined;
});

test('a delivery is signed over its id, its time and its very bytes', async () => {
  receiver = await openReceiver();
  expect(await onLoopback.send(message(receiver.url))).toEqual({ kind: 'answered', status: 204 });
  const [one] = receiver.received;
  expect(one).toMatchObject({ id: 'd1', body: '{"type":"run.ended"}' });
  expect(one?.signature).toBe(expectedSignature(secret, one!));
  expect(Math.abs(Number(one?.timestamp) - Date.now() / 1_000)).toBeLessThan(5);
});

test.each([
  'http://127.0.0.1/',
  'http://127.1/',
  'http://2130706433/',
  'http://0x7f.0.0.1/',
  'http://0177.0.0.1/',
  'http://0.0.0.0/',
  'http://10.0.0.1/',
  'http://172.31.255.255/',
  'http://192.168.1.1/',
  'http://169.254.169.254/latest/meta-data',
  'http://100.64.0.1/',
  'http://198.18.0.1/',
  'http://224.0.0.1/',
  'http://255.255.255.255/',
  'http://[::1]/',
  'http://[::]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:8.8.8.8]/',
  'http://[::127.0.0.1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[64:ff9b:1::1]/',
  'http://[2002:7f00:1::]/',
  'http://[2001::1]/',
  'http://[fe80::1]/',
  'http://[fc00::1]/',
  'http://[ff02::1]/',
  'http://[2001:db8::1]/',
])('%s is no address of a receiver', async (url) => {
  expect(publicOnly.problem(url)).toMatch(/which this installation does not allow$/);
  expect(await publicOnly.send(message(url))).toMatchObject({ kind: 'failed' });
});

test.each([
  ['ftp://example.com/', 'must begin with'],
  ['file:///etc/passwd', 'must begin with'],
  ['gopher://example.com/', 'must begin with'],
  ['https://user:word@example.com/', 'must not carry a user'],
  ['https://example.com/#part', 'must not have a fragment'],
  ['example.com', 'is not a URL'],
  [`https://example.com/${'x'.repeat(2_000)}`, 'is not a URL of at most'],
])('%s is refused: %s', (url, why) => {
  expect(publicOnly.problem(url)).toContain(why);
});

test('public addresses are allowed, and so are the networks that the installation names', () => {
  for (const url of ['https://1.1.1.1/x', 'https://example.com/x?y=1', 'https://[2606:4700::1111]/']) {
    expect(publicOnly.problem(url)).toBeUndefined();
  }
  const inHouse = createWebhookSender({ allowed: ['10.1.0.0/16', 'fd00::/8'] });
  expect(inHouse.problem('http://10.1.2.3/')).toBeUndefined();
  expect(inHouse.problem('http://10.2.2.3/')).toBeDefined();
  expect(inHouse.problem('http://[fd00::1]/')).toBeUndefined();
  expect(inHouse.problem('http://[::ffff:10.1.2.3]/')).toBeDefined();
  for (const wrong of ['10.1', '10.1.0.0/33', 'localhost', '10.1.0.0/-1', '10.1.0.0/x']) {
    expect(() => createWebhookSender({ allowed: [wrong] })).toThrow(
      `LAUREL_WEBHOOK_NETWORKS has "${wrong}", which is no network`,
    );
  }
});

test('a name that leads to a forbidden address is refused when it is resolved, and nothing is connected', async () => {
  receiver = await openReceiver();
  const url = `http://localhost:${receiver.port}/`;
  expect(publicOnly.problem(url)).toBeUndefined();
  expect(await publicOnly.send(message(url))).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('which this installation does not allow'),
  });
  expect(receiver.received).toEqual([]);
});

test('a redirect is an answer like any other, and is not followed', async () => {
  receiver = await openReceiver((_, number) =>
    number > 1 ? 204 : (response) => void response.writeHead(307, { location: '/elsewhere' }).end(),
  );
  expect(await onLoopback.send(message(receiver.url))).toEqual({ kind: 'answered', status: 307 });
  expect(receiver.received).toHaveLength(1);
});

test('an answer without end is read for as long as anybody needs it', async () => {
  let written = 0;
  receiver = await openReceiver(() => (response) => {
    response.writeHead(200);
    const more = setInterval(() => {
      written += 65_536;
      response.write('x'.repeat(65_536));
    }, 5);
    response.on('close', () => clearInterval(more));
  });
  expect(await onLoopback.send(message(receiver.url))).toEqual({ kind: 'answered', status: 200 });
  expect(written).toBeLessThan(20 * 65_536);
});

test('a receiver that says nothing, that dribbles, that hangs up or is not there has failed, each with its reason', async () => {
  receiver = await openReceiver(() => () => undefined);
  expect(await onLoopback.send(message(receiver.url))).toEqual({ kind: 'failed', reason: 'did not answer in time' });
  await receiver.close();
  receiver = await openReceiver(() => (response) => {
    response.writeHead(200);
    const more = setInterval(() => response.write('.'), 50);
    response.on('close', () => clearInterval(more));
  });
  expect(await onLoopback.send(message(receiver.url))).toEqual({ kind: 'failed', reason: 'did not answer in time' });
  await receiver.close();
  receiver = await openReceiver(() => (response) => void response.destroy());
  expect(await onLoopback.send(message(receiver.url))).toMatchObject({ kind: 'failed' });
  await receiver.down();
  expect(await onLoopback.send(message(receiver.url))).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('ECONNREFUSED'),
  });
  await receiver.up();
});
