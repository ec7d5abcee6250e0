import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Denial, Denials } from '@laurel/api';
import { createDirectoryStore } from '@laurel/objectstore';
import { createAuditAnchors, createKeys } from '@laurel/packages';
import type { AuditEvent } from '@laurel/ports';
import { createAnchorer } from '@laurel/worker';
import { rebuildChain, tamper } from '../../support/audit-attacks.js';
import { aVersion } from '../postgres/builders.js';
import { type ApiWorld, applied, createApiWorld } from './api-world.js';

let world: ApiWorld;
let folder: string;
let auditAnchors: ReturnType<typeof createAuditAnchors>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'laurel-anchors-'));
  auditAnchors = createAuditAnchors({ objectStore: createDirectoryStore({ root: folder }), keys: createKeys() });
  world = await createApiWorld({ auditWitness: auditAnchors });
  await applied(world);
});
afterEach(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

const events = async (action: string): Promise<readonly AuditEvent[]> =>
  (await world.db.audit.after(0, 1_000)).filter((event) => event.action === action);

test('a request without a key, with a guess, with a revoked key and with too little a role is in the log', async () => {
  const { key, secret } = await world.db.apiKeys.create({ name: 'short lived', role: 'admin' });
  await world.db.apiKeys.revoke(key.id);
  await world.get('/api/v1/projects', { as: 'nobody' });
  const bearer = (text: string) => ({ as: 'nobody' as const, headers: { authorization: `Bearer ${text}` } });
  await world.get('/api/v1/datasets', bearer('guess'));
  await world.get('/api/v1/audit', bearer(secret));
  await world.post('/api/v1/api-keys', { name: 'mine', role: 'admin' }, { as: 'viewer' });
  expect((await events('request.denied')).map(({ actor, subject, detail }) => ({ actor, subject, detail }))).toEqual([
    {
      actor: 'anonymous',
      subject: 'GET /api/v1/projects',
      detail: expect.objectContaining({ code: 'Unauthenticated' }),
    },
    {
      actor: 'anonymous',
      subject: 'GET /api/v1/datasets',
      detail: expect.not.objectContaining({ key: expect.any(String) }),
    },
    { actor: 'anonymous', subject: 'GET /api/v1/audit', detail: expect.objectContaining({ key: key.id }) },
    { actor: 'the viewer', subject: 'POST /api/v1/api-keys', detail: expect.objectContaining({ code: 'Forbidden' }) },
  ]);
  const text = JSON.stringify(await world.db.audit.after(0, 1_000));
  expect(text).not.toContain(secret);
  expect(text).not.toContain('guess');
});

test('a transition that a rule refuses is in the log with its reason', async () => {
  await aVersion(world.db, 'churn', { gatesPassed: false });
  await world.post('/api/v1/endpoints/churn/rollouts', { version: 1 }, { as: 'operator' });
  await world.post('/api/v1/endpoints/churn/rollouts', { version: 9 }, { as: 'operator' });
  expect(await events('request.refused')).toMatchObject([
    { actor: 'the operator', subject: 'POST /api/v1/endpoints/churn/rollouts', detail: { code: 'GateFailed' } },
  ]);
});

test('a thousand requests without a key, under names of their own, are a handful of events with their count', async () => {
  for (let number = 0; number < 1_000; number += 1) {
    const headers = { authorization: `Bearer laurel_${String(number).padStart(12, '0')}_x` };
    await world.get(`/api/v1/models/model-${number}/versions?x=${number}`, { as: 'nobody', headers });
  }
  expect(await events('request.denied')).toHaveLength(1);
  await world.app.close();
  const [first, rest] = await events('request.denied');
  expect(first).toMatchObject({ subject: 'GET /api/v1/models/:model/versions', actor: 'anonymous' });
  expect(rest?.detail).toMatchObject({ again: 999, from: expect.any(String), until: expect.any(String) });
  expect(await world.db.audit.verify()).toMatchObject({ firstBroken: null });
});

test('kinds without end are counted together once there are many', async () => {
  const denials = new Denials(world.db.audit, world.ports.logger);
  const denial = (number: number): Denial => ({
    actor: `key ${number}`,
    action: 'request.denied',
    subject: 'x',
    detail: {},
  });
  for (let number = 0; number < 600; number += 1) await denials.record(denial(number));
  await denials.onApplicationShutdown();
  const written = await events('request.denied');
  expect(written).toHaveLength(501);
  expect(written.at(-1)).toMatchObject({ actor: 'many', detail: { again: 100 } });
});

test('an audit log that cannot be written refuses all the same', async () => {
  await world.db.query('alter table audit_head rename to away');
  expect((await world.get('/api/v1/projects', { as: 'nobody' })).status).toBe(401);
  await world.db.query('alter table away rename to audit_head');
});

test('verify compares with the anchors and says what does not fit', async () => {
  for (let number = 1; number <= 30; number += 1) {
    await world.db.audit.append({ actor: 'ann', action: 'test.done', subject: 'churn', detail: { number } });
  }
  await createAnchorer({ ...world.db, auditAnchors }, world.ports.logger, { events: 10, milliseconds: 0 }).pass();
  const { events: count } = await world.db.audit.head();
  expect((await world.get('/api/v1/audit/verify', { as: 'viewer' })).body).toEqual({
    events: count,
    verified: count,
    intact: true,
    firstBroken: null,
    fault: null,
    anchors: 1,
    anchoredThrough: count,
    anchoredAt: expect.any(String),
    removedThrough: 0,
    problems: [],
  });
  await tamper(world.db, `update audit_events set actor = 'eve' where sequence = 7`);
  await rebuildChain(world.db, { from: 1, through: count });
  expect((await world.get('/api/v1/audit/verify')).body).toMatchObject({
    intact: false,
    firstBroken: 7,
    fault: 'anchor',
  });
});

test('the log is exported whole as JSON lines that prove themselves, and as CSV that no spreadsheet runs', async () => {
  for (let number = 1; number <= 2_300; number += 100) {
    const one = { actor: 'ann', action: 'test.done', subject: '=cmd|"x"!A1', detail: { text: 'a,b\n"c"' } };
    await world.db.audit.append(one);
  }
  const lines = String((await world.get('/api/v1/audit/export')).body)
    .trim()
    .split('\n');
  const stored = await world.db.audit.after(0, 10_000);
  expect(lines.map((line) => JSON.parse(line))).toEqual(stored);
  const csv = await world.get('/api/v1/audit/export?format=csv&after=1');
  expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8');
  expect(String(csv.body).split('\r\n')[0]).toBe('sequence,at,actor,action,subject,detail,previousHash,hash');
  expect(String(csv.body)).toContain(`,"'=cmd|""x""!A1","{""text"":""a,b\\n\\""c\\""""}",`);
  expect(String(csv.body)).not.toMatch(/^1,/m);
  expect((await world.get('/api/v1/audit/export?format=xml')).body.code).toBe('InvalidInput');
});
