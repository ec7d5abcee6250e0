import { type ApiWorld, createApiWorld } from '../api/api-world.js';

let world: ApiWorld;
beforeAll(async () => {
  world = await createApiWorld();
});
afterAll(() => world.close());

test('a refusal is in the audit log with the key that was sent, as bearer or as password', async () => {
  const { key, secret } = await world.db.apiKeys.create({ name: 'gone', role: 'admin' });
  await world.db.apiKeys.revoke(key.id);
  const run = 'a'.repeat(32);
  const basic = (password: string) => ({
    as: 'nobody' as const,
    headers: { authorization: `Basic ${Buffer.from(`somebody:${password}`).toString('base64')}` },
  });
  const search = '/api/2.0/mlflow/registered-models/search';
  const { events: before } = await world.db.audit.head();
  await world.get(search, basic(secret));
  await world.post('/api/2.0/mlflow/runs/restore', {}, basic(`laurelrun_${run}_${'0'.repeat(64)}`));
  await world.post('/api/2.0/mlflow/experiments/restore', {}, basic(world.keys.viewer));
  const denied = (await world.db.audit.after(before, 100)).filter(({ action }) => action === 'request.denied');
  expect(denied.map(({ actor, subject, detail }) => ({ actor, subject, detail }))).toEqual([
    {
      actor: 'anonymous',
      subject: `GET ${search}`,
      detail: expect.objectContaining({ code: 'Unauthenticated', key: key.id }),
    },
    {
      actor: 'anonymous',
      subject: 'POST /api/2.0/mlflow/runs/restore',
      detail: expect.objectContaining({ code: 'Unauthenticated', key: `run/${run}` }),
    },
    {
      actor: 'the viewer',
      subject: 'POST /api/2.0/mlflow/experiments/restore',
      detail: expect.objectContaining({ code: 'Forbidden' }),
    },
  ]);
  expect(JSON.stringify(denied)).not.toContain(secret);
});
