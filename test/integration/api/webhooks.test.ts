import { listOf, webhookDeliveryView, webhookTested, webhookView } from '@laurel/contracts/schemas';
import { type ApiWorld, createApiWorld } from './api-world.js';

let world: ApiWorld;
beforeEach(async () => {
  world = await createApiWorld();
});
afterEach(() => world.close());

const webhooks = '/api/v1/webhooks';
const secret = 'canary-secret-of-a-receiver';
const registered = async (body: object = {}) =>
  world.post(webhooks, { url: 'https://example.com/x?t=1', secret, ...body });

test('a receiver is registered, listed, tested and removed, and its secret is seen nowhere', async () => {
  const made = await registered({ topics: ['approval', 'promotion'] });
  expect(made.status).toBe(201);
  const { id } = webhookView.parse(made.body);
  expect(made.body).toMatchObject({ topics: ['approval', 'promotion'], createdBy: 'the admin' });
  const listed = await world.get(webhooks);
  expect(listOf(webhookView).parse(listed.body).items).toEqual([made.body]);
  const tested = await world.post(`${webhooks}/${id}/test`);
  expect(tested.status).toBe(202);
  const { event } = webhookTested.parse(tested.body);
  await world.db.webhooks.plan(100);
  const sent = (await world.get(`${webhooks}/${id}/deliveries`)).body;
  expect(sent.items.map((item: unknown) => webhookDeliveryView.parse(item))).toMatchObject([
    { event, type: 'webhook.test', state: 'pending', attempts: 0 },
  ]);
  expect((await world.send('DELETE', `${webhooks}/${id}`)).status).toBe(204);
  expect((await world.get(`${webhooks}/${id}/deliveries`)).body.code).toBe('NotFound');
  expect((await world.post(`${webhooks}/${id}/test`)).body.code).toBe('NotFound');
  const audit = (await world.get('/api/v1/audit')).body.items;
  expect(audit).toMatchObject([{ action: 'webhook.removed' }, { action: 'webhook.registered' }]);
  expect(audit[1]).toMatchObject({
    subject: id,
    detail: { origin: 'https://example.com', topics: ['approval', 'promotion'] },
  });
  expect(JSON.stringify([made.body, listed.body, sent, audit])).not.toContain(secret);
});

test.each([
  [{ url: 'http://127.0.0.1:9/' }, 'leads to 127.0.0.1, which this installation does not allow'],
  [{ url: 'http://169.254.169.254/latest' }, 'leads to 169.254.169.254, which this installation does not allow'],
  [{ url: 'file:///etc/passwd' }, 'must begin with https:// or http://'],
  [{ url: 'https://a:b@example.com' }, 'must not carry a user or a password'],
  [{ secret: 'short' }, 'must be 16 to 200 visible ASCII characters'],
  [{ topics: [] }, 'topics'],
  [{ topics: ['everything'] }, 'topics'],
  [{ colour: 'red' }, 'colour'],
])('%j is refused: %s', async (body, why) => {
  const answer = await registered(body);
  expect(answer.body).toMatchObject({ code: 'InvalidInput', detail: expect.stringContaining(why) });
  expect(JSON.stringify(answer.body)).not.toContain(secret);
  expect((await world.get(webhooks)).body.items).toEqual([]);
});

test('an event is sent again on demand, alone or with all that were given up, and the audit log says so', async () => {
  const { id } = (await registered()).body;
  const again = (body: object, as: 'admin' | 'operator' = 'admin') =>
    world.post(`${webhooks}/${id}/redeliver`, body, { as });
  for (const subject of ['a', 'b', 'c']) await world.db.events.append({ type: 'run.ended', subject, detail: {} });
  await world.db.webhooks.plan(100);
  await world.db.query(
    `update webhook_deliveries set state = 'failed', attempts = 9 where event_id < (select max(event_id) from webhook_deliveries)`,
  );
  expect((await again({})).body).toEqual({ redelivered: 2 });
  const sent = (await world.get(`${webhooks}/${id}/deliveries`)).body.items;
  expect(sent).toMatchObject(Array.from({ length: 3 }, () => ({ state: 'pending', attempts: 0 })));
  expect((await again({ event: sent[0].event })).body).toEqual({ redelivered: 1 });
  expect((await again({ event: 999 })).body).toMatchObject({
    code: 'NotFound',
    detail: `Webhook ${id} has no delivery of event 999; see laurel webhook deliveries ${id}.`,
  });
  expect((await again({}, 'operator')).status).toBe(403);
  const audit = (await world.get('/api/v1/audit')).body.items;
  const own = audit.filter(({ action }: { action: string }) => action === 'webhook.redelivered');
  expect(own).toMatchObject([
    { actor: 'the admin', subject: id, detail: { event: sent[0].event, count: 1 } },
    { actor: 'the admin', subject: id, detail: { event: null, count: 2 } },
  ]);
});

test('only an admin may see or change receivers', async () => {
  for (const as of ['viewer', 'operator', 'approver'] as const) {
    expect((await world.get(webhooks, { as })).status).toBe(403);
    expect((await world.post(webhooks, { url: 'https://example.com', secret }, { as })).status).toBe(403);
  }
});
