import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSeal } from '@laurel/packages';
import type { Gates, Seal } from '@laurel/ports';
import { createWebhookSender } from '@laurel/webhooks';
import { createGates } from '@laurel/worker';
import { expectedSignature, openReceiver, type WebhookReceiver } from '../../support/webhook-receiver.js';
import { createTestDatabase, type TestDatabase } from '../postgres/database.js';

const secret = 'secret-of-the-gate';
const question = { id: 'churn/7/step/2', body: '{"type":"gate.confirm"}', timeoutMilliseconds: 2_000 };

let db: TestDatabase;
let folder: string;
let seal: Seal;
let receiver: WebhookReceiver;
beforeEach(async () => {
  db = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'laurel-gates-'));
  seal = await openSeal(folder);
});
afterEach(async () => {
  await receiver?.close().catch(() => undefined);
  await db?.drop();
  await rm(folder, { recursive: true, force: true });
});

const gates = (allowed: readonly string[] = ['127.0.0.1']): Gates =>
  createGates({ webhooks: db.webhooks, webhookSender: createWebhookSender({ allowed }), seal });
const register = (url: string) =>
  db.webhooks.register({ url, topics: ['rollback'], sealedSecret: seal.seal(secret), by: 'ann' });

test('a question is signed with the secret of the webhook at that address, and the status comes back', async () => {
  receiver = await openReceiver((_, number) => (number === 1 ? 503 : 204));
  await register(receiver.url);
  const ask = () => gates().ask({ ...question, url: receiver.url });
  expect(await ask()).toEqual({ kind: 'answered', status: 503 });
  expect(await ask()).toEqual({ kind: 'answered', status: 204 });
  const [first, second] = receiver.received;
  expect([first?.id, second?.id]).toEqual([question.id, question.id]);
  expect(first?.signature).toBe(expectedSignature(secret, first ?? { id: '', timestamp: '', body: '' }));
});

test('an address that no webhook has, or has no longer, is not asked', async () => {
  receiver = await openReceiver();
  expect(await gates().ask({ ...question, url: receiver.url })).toEqual({ kind: 'unknown' });
  const { id } = await register(receiver.url);
  await db.webhooks.remove(id, 'ann');
  expect(await gates().ask({ ...question, url: receiver.url })).toEqual({ kind: 'unknown' });
  expect(receiver.received).toEqual([]);
});

test('an address that the installation does not allow, and a program that does not answer in time, are no yes', async () => {
  receiver = await openReceiver(() => () => undefined);
  await register(receiver.url);
  expect(await gates([]).ask({ ...question, url: receiver.url })).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('does not allow'),
  });
  expect(await gates().ask({ ...question, timeoutMilliseconds: 200, url: receiver.url })).toMatchObject({
    kind: 'failed',
    reason: 'did not answer in time',
  });
});
