import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDirectoryStore } from '@laurel/objectstore';
import { createAuditAnchors, createKeys, openSeal } from '@laurel/packages';
import type { Seal, Webhook } from '@laurel/ports';
import { createLogger } from '@laurel/telemetry';
import { createWebhookSender } from '@laurel/webhooks';
import { createCourier, createPruner } from '@laurel/worker';
import { eventually } from '../../support/eventually.js';
import { expectedSignature, openReceiver, type WebhookReceiver } from '../../support/webhook-receiver.js';
import { aPerson, aPlan, aVersion, refOf } from '../postgres/builders.js';
import { createTestDatabase, type TestDatabase } from '../postgres/database.js';

const secret = 'canary-secret-of-the-receiver';
const log = createLogger({ process: 'worker', level: 'silent' });
const webhookSender = createWebhookSender({ allowed: ['127.0.0.1'], timeoutMilliseconds: 2_000 });

let db: TestDatabase;
let folder: string;
let seal: Seal;
let receiver: WebhookReceiver;
let couriers: { stop(): Promise<void> }[];

beforeEach(async () => {
  db = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'laurel-seal-'));
  seal = await openSeal(folder);
  couriers = [];
});
afterEach(async () => {
  for (const courier of couriers) await courier.stop();
  await receiver?.close().catch(() => undefined);
  await db?.drop();
  await rm(folder, { recursive: true, force: true });
});

/** A courier that passes all the time, until it is stopped. */
function run(sealed: Seal = seal): { stop(): Promise<void> } {
  const courier = createCourier({ webhooks: db.webhooks, webhookSender, seal: sealed }, log);
  const closing = new AbortController();
  const ended = (async () => {
    while (!closing.signal.aborted) {
      await courier.pass();
      await sleep(25);
    }
    await courier.close();
  })();
  const running = {
    stop: async () => {
      closing.abort();
      await ended;
    },
  };
  couriers.push(running);
  return running;
}

const register = (url: string, topics: Webhook['topics'] = ['run']) =>
  db.webhooks.register({ url, topics, sealedSecret: seal.seal(secret), by: 'ada' });

const happen = async (count: number, subjects = 1) => {
  for (let number = 0; number < count; number += 1) {
    await db.events.append({ type: 'run.ended', subject: `run-${number % subjects}`, detail: { number } });
  }
};
const deliveries = async ({ id }: Webhook) =>
  (await db.webhooks.deliveries(id, { size: 1_000, token: null })).items.toReversed();
const settled = (hook: Webhook, count: number) =>
  eventually(
    async () => {
      const all = await deliveries(hook);
      return all.length === count && all.every(({ state }) => state !== 'pending');
    },
    `${count} deliveries are settled`,
    20_000,
  );
/** Shortens the pauses between tries, which grow to minutes. */
const hurry = () => db.query(`update webhook_deliveries set next_at = now() where state = 'pending'`);

test('a receiver that is down for a while gets every event once, in order per subject, under ids of its own', async () => {
  receiver = await openReceiver();
  const hook = await register(receiver.url);
  run();
  await happen(10, 3);
  await settled(hook, 10);
  await receiver.down();
  await happen(30, 3);
  await eventually(
    async () => (await deliveries(hook)).some(({ attempts }) => attempts > 1),
    'it has been tried in vain',
  );
  await receiver.up();
  await hurry();
  await settled(hook, 40);

  const bodies = receiver.received.map(({ body }) => JSON.parse(body));
  expect(bodies).toHaveLength(40);
  expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(40);
  for (const subject of ['run-0', 'run-1', 'run-2']) {
    const events = bodies.filter((body) => body.subject === subject).map(({ event }) => event);
    expect(events).toEqual(events.toSorted((a, b) => a - b));
  }
  for (const one of receiver.received) expect(one.signature).toBe(expectedSignature(secret, one));
  const first = bodies.findIndex(({ subject }) => subject === 'run-0');
  expect(bodies[first]).toEqual({
    id: receiver.received[first]?.id,
    event: expect.any(Number),
    topic: 'run',
    type: 'run.ended',
    subject: 'run-0',
    at: expect.any(String),
    detail: { number: 0 },
  });
  expect((await deliveries(hook)).map(({ state }) => state)).toEqual(Array(40).fill('delivered'));
});

test('a receiver that fails now and then takes each event once, and each has one recorded success', async () => {
  receiver = await openReceiver((_, number) => [204, 500, 302, 404, 204][number % 5] ?? 204);
  const hook = await register(receiver.url);
  run();
  const hurrying = setInterval(() => void hurry().catch(() => undefined), 50);
  await happen(25, 5);
  await settled(hook, 25).finally(() => clearInterval(hurrying));
  const taken = receiver.received.filter(({ status }) => status === 204).map(({ id }) => id);
  expect(taken).toHaveLength(25);
  expect(new Set(taken).size).toBe(25);
  const log = await deliveries(hook);
  expect(log.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(receiver.received.length);
});

test('two couriers at once deliver nothing twice', async () => {
  receiver = await openReceiver();
  const hook = await register(receiver.url);
  run();
  run();
  await happen(40, 8);
  await settled(hook, 40);
  expect(receiver.received).toHaveLength(40);
});

test('a courier that died after the answer and before its note delivers again, under the same id', async () => {
  receiver = await openReceiver();
  const hook = await register(receiver.url);
  await happen(1);
  await db.webhooks.plan(100);
  const [due] = await db.webhooks.due(1);
  await db.webhooks.claim(String(due?.id), 300);
  await webhookSender.send({ id: String(due?.id), url: receiver.url, secret, body: String(due?.body) });
  run();
  await settled(hook, 1);
  expect(receiver.received.map(({ id }) => id)).toEqual([due?.id, due?.id]);
  expect(receiver.received[0]?.body).toBe(receiver.received[1]?.body);
  expect(await deliveries(hook)).toMatchObject([{ state: 'delivered', attempts: 2 }]);
});

test('a slow receiver holds up no other one, and what comes after a failure waits for it', async () => {
  receiver = await openReceiver(() => () => undefined);
  const quick = await openReceiver();
  const slow = await register(receiver.url);
  const hook = await register(quick.url);
  run();
  await happen(20, 10);
  const begun = performance.now();
  await settled(hook, 20);
  expect(performance.now() - begun).toBeLessThan(15_000);
  expect((await deliveries(slow)).filter(({ attempts }) => attempts > 0).length).toBeLessThanOrEqual(10);
  expect((await deliveries(slow)).every(({ state }) => state === 'pending')).toBe(true);
  await quick.close();
});

test('a receiver that takes nothing of many subjects holds up no other one', async () => {
  receiver = await openReceiver(() => () => undefined);
  const quick = await openReceiver();
  await register(receiver.url);
  const hook = await register(quick.url);
  await happen(100, 100);
  run();
  await settled(hook, 100).finally(() => quick.close());
});

test('a secret that does not open is a failed try that says so', async () => {
  receiver = await openReceiver();
  const hook = await register(receiver.url);
  const other = await mkdtemp(join(tmpdir(), 'laurel-seal-'));
  await happen(1);
  run(await openSeal(other));
  await eventually(async () => (await deliveries(hook)).some(({ lastError }) => lastError !== null), 'it was tried');
  expect(await deliveries(hook)).toMatchObject([
    { state: 'pending', lastStatus: null, lastError: expect.stringContaining('does not open with the key') },
  ]);
  expect(receiver.received).toEqual([]);
  await rm(other, { recursive: true });
});

test('deliveries that ended are kept for a while; those that wait are kept until they end', async () => {
  receiver = await openReceiver();
  const hook = await register(receiver.url);
  await happen(4);
  await db.webhooks.plan(100);
  const all = await deliveries(hook);
  const settle = (index: number, delivered: boolean) =>
    db.webhooks.settle(String(all[index]?.id), { delivered, status: 200, error: null, pauseMilliseconds: null });
  for (const [index, delivered] of [true, false, true].entries()) await settle(index, delivered);
  const age = (index: number) =>
    db.query(`update webhook_deliveries set created_at = now() - interval '31 days' where id = $1`, [all[index]?.id]);
  for (const index of [0, 1, 3]) await age(index);
  const objects = createDirectoryStore({ root: folder });
  const auditAnchors = createAuditAnchors({ objectStore: objects, keys: createKeys() });
  const day = 86_400_000;
  const keep = { audit: 365 * day, events: 30 * day, traffic: 90 * day, feedback: 397 * day };
  await createPruner({ ...db, objects, auditAnchors }, log, keep).pass();
  expect((await deliveries(hook)).map(({ id }) => id)).toEqual([all[2]?.id, all[3]?.id]);
  expect(await db.webhooks.plan(100)).toBe(0);
});

test('what a receiver does not take for three days is given up, and the next event of its subject goes on', async () => {
  receiver = await openReceiver((_, number) => (number === 1 ? 500 : 204));
  const hook = await register(receiver.url);
  await happen(2);
  await db.webhooks.plan(100);
  await db.query(
    `update webhook_deliveries set created_at = now() - interval '4 days' where event_id = (select min(event_id) from webhook_deliveries)`,
  );
  run();
  await settled(hook, 2);
  expect(await deliveries(hook)).toMatchObject([
    { state: 'failed', lastStatus: 500, lastError: 'answered 500', attempts: 1 },
    { state: 'delivered', lastStatus: 204 },
  ]);
});

test('what was given up is sent again on demand under its id, for as long as anything new', async () => {
  receiver = await openReceiver((_, number) => (number <= 2 ? 500 : 204));
  const hook = await register(receiver.url);
  await happen(1);
  await db.webhooks.plan(100);
  await db.query(`update webhook_deliveries set created_at = now() - interval '4 days'`);
  run();
  await settled(hook, 1);
  expect(await deliveries(hook)).toMatchObject([{ state: 'failed', attempts: 1 }]);
  expect(await db.webhooks.redeliver({ webhook: hook.id, event: null, by: 'ada' })).toEqual({ redelivered: 1 });
  await settled(hook, 1);
  expect(await deliveries(hook)).toMatchObject([{ state: 'delivered', attempts: 2 }]);
  expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1);
});

test('a receiver is told of its topics only, from when it was registered until it is removed', async () => {
  receiver = await openReceiver();
  await happen(3);
  const hook = await register(receiver.url, ['gate', 'approval', 'promotion', 'rollback']);
  run();
  await happen(3);
  const version = await aVersion(db, 'churn');
  const approval = { required: true, approvers: 1, expiresAfter: '7d' };
  const rolling = { endpoint: 'churn', project: 'churn', incarnation: 1, challenger: refOf(version) };
  await db.routing.beginRollout({ ...rolling, plan: aPlan({ approval }) });
  await (await aPerson(db, 'ann')).decide('churn/1', { decision: 'rejected', reason: 'no' });
  await db.routing.endRollout({ rollout: 'churn/1', outcome: 'rolledBack', cause: 'rejected', evidenceId: null });
  await settled(hook, 5);
  const told = receiver.received.map(({ body }) => JSON.parse(body)).map(({ topic, type }) => `${topic}: ${type}`);
  expect(new Set(told)).toEqual(
    new Set([
      'gate: version.registered',
      'promotion: rollout.started',
      'approval: approval.requested',
      'approval: approval.rejected',
      'rollback: rollout.ended',
    ]),
  );
  const { event } = await db.webhooks.test(hook.id, 'ada');
  await settled(hook, 6);
  expect(JSON.parse(String(receiver.received.at(-1)?.body))).toMatchObject({
    event,
    topic: 'test',
    detail: { by: 'ada' },
  });
  await db.webhooks.remove(hook.id, 'ada');
  await aVersion(db, 'churn');
  await sleep(300);
  expect(receiver.received).toHaveLength(6);
  await expect(db.webhooks.deliveries(hook.id, { size: 1, token: null })).rejects.toMatchObject({ code: 'NotFound' });
});

test('the secret is nowhere in the database, and opens only with the key of the installation', async () => {
  receiver = await openReceiver(() => 500);
  const hook = await register(receiver.url);
  run();
  await happen(2);
  await eventually(async () => (await deliveries(hook)).some(({ lastStatus }) => lastStatus === 500), 'it was tried');
  const tables = await db.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public'`,
  );
  for (const { name } of tables) {
    const text = JSON.stringify(await db.query(`select * from "${name}"`));
    for (const form of [secret, Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('hex')]) {
      expect(text).not.toContain(form);
    }
  }
  const sealed = seal.seal(secret);
  expect(seal.open(sealed)).toBe(secret);
  expect((await openSeal(folder)).open(sealed)).toBe(secret);
  const other = await mkdtemp(join(tmpdir(), 'laurel-seal-'));
  expect(() => seal.open(`${sealed.slice(0, -8)}AAAAAAA=`)).toThrow(/does not open/);
  const stranger = await openSeal(other);
  expect(() => stranger.open(sealed)).toThrow(/does not open/);
  expect((await stat(join(folder, 'sealing.key'))).mode & 0o777).toBe(0o600);
  expect((await readFile(join(folder, 'sealing.key'), 'utf8')).length).toBe(44);
  await rm(other, { recursive: true });
});
