import type { ApiKeys, AuditEvent } from '@laurel/ports';
import { type ServingWorld, startServingWorld } from '../../support/serving-world.js';
import { createTestDatabase, type TestDatabase } from '../postgres/database.js';
import { failureOf, openClient } from './grpc-client.js';

let db: TestDatabase;
let world: ServingWorld;
let keys: ApiKeys;
beforeEach(async () => {
  db = await createTestDatabase(4);
  keys = db.apiKeys;
  world = await startServingWorld(undefined, keys, keys, { audit: db.audit });
});
afterEach(async () => {
  await world?.close();
  await db?.drop();
});

const denials = async (): Promise<readonly AuditEvent[]> =>
  (await db.audit.after(0, 1_000)).filter(({ action }) => action === 'request.denied');
const told = (events: readonly AuditEvent[]) =>
  events.map(({ actor, subject, detail }) => ({ actor, subject, detail: detail as { readonly times: number } }));

test('who is turned away is in the audit log: over HTTP and gRPC, without a key, with a revoked one, without the role', async () => {
  const gone = await keys.create({ name: 'gone', role: 'viewer' });
  await keys.revoke(gone.key.id);
  const viewer = await keys.create({ name: 'the viewer', role: 'viewer' });
  const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
  const client = openClient(await world.serving.listenGrpc({ host: '127.0.0.1', port: 0 }));
  expect((await world.post('/predict/churn', {})).status).toBe(401);
  expect((await world.post('/v2/models/churn/infer', {}, bearer(gone.secret))).status).toBe(401);
  expect((await world.post('/v2/repository/models/churn/load', {}, bearer(viewer.secret))).status).toBe(403);
  await failureOf(client.send('GRPCInferenceService/ModelInfer', Buffer.alloc(0), {}));
  const metadata = bearer(viewer.secret);
  await failureOf(client.send('GRPCInferenceService/RepositoryModelLoad', Buffer.alloc(0), { metadata }));
  client.close();
  await world.serving.drain();
  const unauthenticated = { code: 'Unauthenticated', address: '127.0.0.1', times: 1 };
  const forbidden = { code: 'Forbidden', key: viewer.key.id, times: 1 };
  expect(told(await denials())).toEqual([
    { actor: 'anonymous', subject: 'POST /predict/:endpoint', detail: expect.objectContaining(unauthenticated) },
    {
      actor: 'anonymous',
      subject: 'POST /v2/models/:model/infer',
      detail: expect.objectContaining({ ...unauthenticated, key: gone.key.id }),
    },
    {
      actor: 'the viewer',
      subject: 'POST /v2/repository/models/:model/load',
      detail: expect.objectContaining(forbidden),
    },
    {
      actor: 'anonymous',
      subject: 'gRPC /inference.GRPCInferenceService/ModelInfer',
      detail: expect.objectContaining(unauthenticated),
    },
    {
      actor: 'the viewer',
      subject: 'gRPC /inference.GRPCInferenceService/RepositoryModelLoad',
      detail: expect.objectContaining(forbidden),
    },
  ]);
  expect(JSON.stringify(await denials())).not.toContain(gone.secret);
});

test('a flood under names of its own is a handful of events with its count', async () => {
  for (let number = 0; number < 500; number += 1) {
    await world.post(`/predict/model-${number}`, {}, { authorization: `Bearer guess-${number}` });
  }
  await world.serving.drain();
  const events = told(await denials());
  expect(events.length).toBeLessThanOrEqual(2);
  expect(events.reduce((sum, { detail }) => sum + detail.times, 0)).toBe(500);
});

test('an audit log that does not take them holds nobody up, and loses none', async () => {
  await db.query('begin');
  await db.query('lock table audit_head in access exclusive mode');
  for (let number = 0; number < 20; number += 1) expect((await world.post('/predict/churn', {})).status).toBe(401);
  expect((await fetch(`${world.url}/healthz`)).status).toBe(200);
  await db.query('rollback');
  await world.serving.drain();
  expect(told(await denials()).reduce((sum, { detail }) => sum + detail.times, 0)).toBe(20);
});
