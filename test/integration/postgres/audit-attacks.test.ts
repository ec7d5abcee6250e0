import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDirectoryStore } from '@laurel/objectstore';
import { createAuditAnchors, createKeys } from '@laurel/packages';
import type { AuditAnchors, ObjectStore } from '@laurel/ports';
import { createLogger } from '@laurel/telemetry';
import { createAnchorer } from '@laurel/worker';
import { rebuildChain, tamper } from '../../support/audit-attacks.js';
import { createTestDatabase, type TestDatabase } from './database.js';

const log = createLogger({ process: 'worker', level: 'silent' });

let db: TestDatabase;
let folder: string;
let objectStore: ObjectStore;
let auditAnchors: AuditAnchors;
const keys = createKeys();

beforeEach(async () => {
  db = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'laurel-anchors-'));
  objectStore = createDirectoryStore({ root: folder });
  auditAnchors = createAuditAnchors({ objectStore, keys });
});
afterEach(async () => {
  await db?.drop();
  await rm(folder, { recursive: true, force: true });
});

const append = async (count: number) => {
  for (let number = 1; number <= count; number += 1) {
    const detail = { number, share: 0.1 + 0.2, name: 'Ünï"\\', nested: [1e21, -0, { b: null, a: true }] };
    await db.audit.append({ actor: 'ann', action: 'split.committed', subject: 'churn', detail });
  }
};

const anchorer = () => createAnchorer({ ...db, auditAnchors }, log, { events: 10, milliseconds: 0 });

/** Thirty events, anchored after ten, twenty and thirty of them. */
async function aLogOfThirty(): Promise<void> {
  const anchored = anchorer();
  for (let tens = 0; tens < 3; tens += 1) {
    await append(10);
    await anchored.pass();
  }
}

const verified = async () => db.audit.verify(await auditAnchors.read());

test('an untouched log agrees with its anchors', async () => {
  await aLogOfThirty();
  await append(3);
  const witness = await auditAnchors.read();
  expect(witness.anchors.map(({ events, from }) => [from, events])).toEqual([
    [0, 10],
    [10, 20],
    [20, 30],
  ]);
  expect(witness.problems).toEqual([]);
  expect(await verified()).toEqual({ events: 33, verified: 33, firstBroken: null, fault: null });
});

describe('seven attacks by the owner of the tables', () => {
  beforeEach(aLogOfThirty);

  test('1, an update, also one that mends the hash of its own row', async () => {
    await tamper(db, `update audit_events set actor = 'eve' where sequence = 14`);
    expect(await verified()).toMatchObject({ firstBroken: 14, fault: 'changed' });
    await rebuildChain(db, { from: 14, through: 14 });
    expect(await verified()).toMatchObject({ firstBroken: 14, fault: 'anchor' });
  });

  test('2, a deletion', async () => {
    await tamper(db, 'delete from audit_events where sequence = 14');
    expect(await verified()).toMatchObject({ firstBroken: 14, fault: 'missing' });
  });

  test('3, two events exchanged', async () => {
    await tamper(
      db,
      `update audit_events set sequence = -sequence;
       update audit_events set sequence = case when sequence = -14 then 15 when sequence = -15 then 14 else -sequence end`,
    );
    expect(await verified()).toMatchObject({ firstBroken: 14, fault: 'changed' });
  });

  test('4, a tail that is cut off, with the head moved back to fit', async () => {
    await tamper(
      db,
      `delete from audit_events where sequence > 23;
       update audit_head set events = 23, hash = (select hash from audit_events where sequence = 23)`,
    );
    expect(await db.audit.verify()).toMatchObject({ firstBroken: null });
    expect(await verified()).toMatchObject({ firstBroken: 24, fault: 'missing' });
  });

  test('5, the whole chain rebuilt around an edited event', async () => {
    await tamper(db, `update audit_events set actor = 'eve' where sequence = 14`);
    await rebuildChain(db, { from: 1, through: 30 });
    expect(await db.audit.verify()).toMatchObject({ firstBroken: null });
    expect(await verified()).toMatchObject({ firstBroken: 14, fault: 'anchor' });
  });

  test('6, an old copy put back, and then written on', async () => {
    await tamper(
      db,
      `create table old_copy as select * from audit_events where sequence <= 17;
       delete from audit_events; insert into audit_events select * from old_copy;
       update audit_head set events = 17, hash = (select hash from audit_events where sequence = 17)`,
    );
    expect(await db.audit.verify()).toMatchObject({ firstBroken: null });
    expect(await verified()).toMatchObject({ firstBroken: 18, fault: 'missing' });
    await append(40);
    expect(await db.audit.verify()).toMatchObject({ firstBroken: null, events: 57 });
    expect(await verified()).toMatchObject({ firstBroken: 18, fault: 'anchor' });
  });

  test('7, an event put in far behind the last one', async () => {
    await tamper(
      db,
      `insert into audit_events select 9000000000000, at, actor, action, subject, detail, previous_hash, hash
       from audit_events where sequence = 14`,
    );
    expect(await verified()).toMatchObject({ firstBroken: 31, fault: 'missing', verified: 30 });
  });

  test('none of which is signed over: the anchorer says what is broken, once, and anchors nothing', async () => {
    await tamper(db, `update audit_events set actor = 'eve' where sequence = 14`);
    await rebuildChain(db, { from: 1, through: 30 });
    await append(12);
    const anchored = anchorer();
    await anchored.pass();
    await anchored.pass();
    expect((await auditAnchors.read()).anchors).toHaveLength(3);
    const told = (await db.events.after(0, 100)).filter(({ type }) => type === 'audit.broken');
    expect(told.map(({ detail }) => detail)).toEqual([{ firstBroken: 31, fault: 'changed' }]);
  });
});

test('an anchor that was removed, forged, copied over a checkpoint or signed by another key is not believed', async () => {
  await aLogOfThirty();
  const names = await objectStore.listNamed('audit/');
  const stolen = (await objectStore.getNamed(names[2] ?? '')) as Uint8Array;
  await objectStore.putNamed(String(names[2]).replace('anchors', 'checkpoints'), stolen);
  const other = createAuditAnchors({ objectStore, keys: createKeys() });
  await other.append({ events: 31, from: 30, hash: 'f'.repeat(64), links: '', at: new Date().toISOString() });
  await objectStore.removeNamed([String(names[1])]);
  const witness = await auditAnchors.read();
  expect(witness.checkpoint).toBeNull();
  expect(witness.anchors.map(({ events }) => events)).toEqual([10, 30]);
  expect(witness.problems).toHaveLength(3);
  expect(witness.problems.join()).toContain('the anchor before the one over 30 events is missing');
});

test('every anchor names the one before, however many digits lie between them', async () => {
  const ends = [0, 8, 9, 10, 11, 19, 20, 99, 100, 101, 9_999, 10_000, 123_456, 1_000_000];
  for (const [index, from] of ends.slice(0, -1).entries()) {
    const at = new Date().toISOString();
    await auditAnchors.append({ events: ends[index + 1] ?? 0, from, hash: 'f'.repeat(64), links: '', at });
  }
  const witness = await auditAnchors.read();
  expect(witness.anchors.map(({ events }) => events)).toEqual(ends.slice(1));
  expect(witness.problems).toEqual([]);
});

test('a backlog is anchored in one go, and nothing new is no anchor', async () => {
  await append(25);
  const made = createAnchorer({ ...db, auditAnchors }, log, { events: 1_000, milliseconds: 60_000 });
  await made.pass();
  expect((await auditAnchors.read()).anchors.map(({ events }) => events)).toEqual([25]);
  await append(1);
  await made.pass();
  expect((await auditAnchors.read()).anchors).toHaveLength(1);
});
