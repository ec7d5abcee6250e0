import { aVersion } from './builders.js';
import { createTestDatabase, type TestDatabase } from './database.js';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase(16);
  await aVersion(db, 'churn');
  await aVersion(db, 'churn');
});
afterAll(() => db?.drop());

const note = (text: string, author = 'ann', version = 1) => ({ project: 'churn', version, text, author });
const auditOf = async (subject: string) =>
  (await db.audit.list({ size: 100, token: null })).items.filter(
    (event) => event.action === 'version.releaseNotesWritten' && event.subject === subject,
  );

test('every text is kept with its author and an audit event; the text that counts is not written again', async () => {
  await db.releaseNotes.write(note('one'));
  await db.releaseNotes.write(note('two', 'ben'));
  expect(await db.releaseNotes.write(note('two', 'eve'))).toMatchObject({ revision: 2, author: 'ben' });
  expect(await db.releaseNotes.write(note('one', 'eve'))).toMatchObject({ revision: 3, author: 'eve' });
  const history = await db.releaseNotes.list('churn', 1);
  expect(history.map(({ revision, text, author }) => [revision, text, author])).toEqual([
    [3, 'one', 'eve'],
    [2, 'two', 'ben'],
    [1, 'one', 'ann'],
  ]);
  const audit = await auditOf('churn/1');
  expect(audit.map(({ actor, detail }) => [actor, detail])).toEqual([
    ['eve', { revision: 3, text: 'one' }],
    ['ben', { revision: 2, text: 'two' }],
    ['ann', { revision: 1, text: 'one' }],
  ]);
  expect(await db.releaseNotes.list('churn', 2)).toEqual([]);
  expect((await db.audit.verify()).firstBroken).toBeNull();
});

test('twenty writers at once make twenty revisions, each with its event', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, index) => db.releaseNotes.write(note(`text ${index}`, 'ann', 2))));
  const history = await db.releaseNotes.list('churn', 2);
  expect(history.map(({ revision }) => revision)).toEqual(Array.from({ length: 20 }, (_, index) => 20 - index));
  expect(new Set(history.map(({ text }) => text)).size).toBe(20);
  expect(await auditOf('churn/2')).toHaveLength(20);
});

test('a version that does not exist has no notes and costs no event', async () => {
  const before = (await db.audit.verify()).events;
  await expect(db.releaseNotes.write(note('x', 'ann', 9))).rejects.toMatchObject({ code: 'NotFound' });
  expect((await db.audit.verify()).events).toBe(before);
});

test.each([
  `update release_notes set text = 'forged'`,
  'delete from release_notes',
  'truncate release_notes',
  `update model_versions set report = 'sha256:0'`,
])('Postgres refuses %s', async (statement) => {
  await expect(db.query(statement)).rejects.toMatchObject({ code: 'LA001' });
});
