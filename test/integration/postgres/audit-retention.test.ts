import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDirectoryStore } from '@laurel/objectstore';
import { createAuditAnchors, createKeys } from '@laurel/packages';
import type { AuditAnchors, ObjectStore } from '@laurel/ports';
import { createLogger } from '@laurel/telemetry';
import { createAnchorer, createPruner, type RetentionTimes } from '@laurel/worker';
import { assert, asyncProperty, dictionary, double, jsonValue, string } from 'fast-check';
import { rebuildChain, tamper } from '../../support/audit-attacks.js';
import { createTestDatabase, type TestDatabase } from './database.js';

const log = createLogger({ process: 'worker', level: 'silent' });
const day = 86_400_000;
const keep: Omit<RetentionTimes, 'jobs'> = {
  audit: 365 * day,
  events: 30 * day,
  traffic: 90 * day,
  feedback: 397 * day,
};

let db: TestDatabase;
let folder: string;
let objectStore: ObjectStore;
let auditAnchors: AuditAnchors;

beforeEach(async () => {
  db = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'laurel-anchors-'));
  objectStore = createDirectoryStore({ root: folder });
  auditAnchors = createAuditAnchors({ objectStore, keys: createKeys() });
});
afterEach(async () => {
  await db?.drop();
  await rm(folder, { recursive: true, force: true });
});

const append = (detail: unknown) =>
  db.audit.append({ actor: 'ann', action: 'split.committed', subject: 'churn', detail });
const verified = async () => db.audit.verify(await auditAnchors.read());

/** Twenty events of two years ago and ten of today, anchored every ten. */
async function aLogOfTwoAges(): Promise<void> {
  const made = createAnchorer({ ...db, auditAnchors }, log, { events: 10, milliseconds: 0 });
  for (let number = 1; number <= 30; number += 1) {
    await append({ number });
    if (number === 20) {
      await tamper(db, `update audit_events set at = at - interval '2 years'`);
      await rebuildChain(db, { from: 1, through: 20 });
      await made.pass();
    }
  }
  await made.pass();
}

test('old events leave behind a signed checkpoint, and the rest still verifies', async () => {
  await aLogOfTwoAges();
  const made = createPruner({ ...db, objects: objectStore, auditAnchors }, log, keep);
  await made.pass();
  await made.pass();
  const { items } = await db.audit.list({ size: 100, token: null });
  expect(items.map(({ sequence }) => sequence)).toEqual([31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21]);
  expect(items[0]).toMatchObject({ action: 'audit.pruned', detail: { through: 20, reason: 'older than 365 days' } });
  expect(await verified()).toEqual({ events: 31, verified: 11, firstBroken: null, fault: null });
  expect((await auditAnchors.read()).checkpoint).toMatchObject({ events: 20 });
});

test('anchors that speak of removed events only leave with them, and the next one is still missed', async () => {
  const made = createAnchorer({ ...db, auditAnchors }, log, { events: 10, milliseconds: 0 });
  for (const from of [1, 11, 21]) {
    for (let number = from; number < from + 10; number += 1) await append({ number });
    if (from < 21) {
      await tamper(db, `update audit_events set at = at - interval '2 years' where sequence >= ${from}`);
      await rebuildChain(db, { from, through: from + 9 });
    }
    await made.pass();
  }
  await createPruner({ ...db, objects: objectStore, auditAnchors }, log, keep).pass();
  const { anchors, checkpoint, problems } = await auditAnchors.read();
  expect({ anchors: anchors.map(({ events }) => events), checkpoint: checkpoint?.events, problems }).toEqual({
    anchors: [20, 30],
    checkpoint: 20,
    problems: [],
  });
  expect(await verified()).toMatchObject({ firstBroken: null });
  await objectStore.removeNamed(['audit/anchors/000000000000020.json']);
  expect((await auditAnchors.read()).problems).toEqual([expect.stringMatching(/^the anchor before the one over 30/)]);
});

test('without the checkpoint outside, what was removed counts as missing', async () => {
  await aLogOfTwoAges();
  await createPruner({ ...db, objects: objectStore, auditAnchors }, log, keep).pass();
  expect(await db.audit.verify()).toMatchObject({ firstBroken: 1, fault: 'missing' });
});

test('Postgres lets nothing younger than the checkpoint go, and no checkpoint change', async () => {
  await aLogOfTwoAges();
  await createPruner({ ...db, objects: objectStore, auditAnchors }, log, keep).pass();
  await expect(db.query('delete from audit_events where sequence = 21')).rejects.toThrow(/append-only/);
  await expect(db.query('update audit_checkpoints set through = 30')).rejects.toThrow(/append-only/);
  await expect(db.query('truncate audit_events')).rejects.toThrow(/append-only/);
});

test('a checkpoint that only the database knows lets events go, and is found out', async () => {
  await aLogOfTwoAges();
  await db.query(`insert into audit_checkpoints (through, hash) values (5, 'made up')`);
  await db.query('delete from audit_events where sequence <= 5');
  expect(await verified()).toMatchObject({ firstBroken: 1, fault: 'missing' });
});

test('a pruner that died half-way is followed by one that finishes', async () => {
  await aLogOfTwoAges();
  const anchor = (await auditAnchors.read()).anchors[0];
  const reason = 'older than 365 days';
  await auditAnchors.appendCheckpoint({ events: 20, hash: String(anchor?.hash), at: new Date().toISOString(), reason });
  expect(await verified()).toMatchObject({ firstBroken: null, verified: 10 });
  await createPruner({ ...db, objects: objectStore, auditAnchors }, log, keep).pass();
  expect((await db.audit.after(0, 100))[0]?.sequence).toBe(21);
  expect(await verified()).toMatchObject({ firstBroken: null });
});

test('a log that does not verify loses nothing', async () => {
  await aLogOfTwoAges();
  await tamper(db, `update audit_events set actor = 'eve' where sequence = 25`);
  await createPruner({ ...db, objects: objectStore, auditAnchors }, log, keep).pass();
  expect(await db.audit.after(0, 100)).toHaveLength(30);
  expect((await auditAnchors.read()).checkpoint).toBeNull();
});

test('whatever JSON an event carries, jsonb gives it back with the same hash', async () => {
  const text = string({ unit: 'grapheme' }).map((value) => value.replaceAll('\0', ''));
  const detail = jsonValue({ stringUnit: 'grapheme' }).filter((value) => !JSON.stringify(value).includes('\\u0000'));
  await assert(
    asyncProperty(dictionary(text, detail, { maxKeys: 5 }), double({ noNaN: true }), async (value, number) => {
      await append({ ...value, number: Number.isFinite(number) ? number : 0 });
    }),
    { numRuns: 300 },
  );
  expect(await db.audit.verify()).toEqual({ events: 300, verified: 300, firstBroken: null, fault: null });
});
