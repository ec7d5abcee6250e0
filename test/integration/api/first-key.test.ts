import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureFirstKey } from '@laurel/api';
import { createLogger } from '@laurel/telemetry';
import { createTestDatabase, type TestDatabase } from '../postgres/database.js';

let db: TestDatabase;
let home: string;
const logger = createLogger({ process: 'api', level: 'silent' });
beforeEach(async () => {
  db = await createTestDatabase();
  home = await mkdtemp(join(tmpdir(), 'laurel-first-key-'));
});
afterEach(async () => {
  await db.drop();
  await rm(home, { recursive: true });
});

const file = () => join(home, 'admin.key');

test('the first start leaves an admin key that only the owner can read', async () => {
  await ensureFirstKey(db.apiKeys, home, logger);
  const secret = (await readFile(file(), 'utf8')).trim();
  expect(await db.apiKeys.authenticate(secret)).toMatchObject({ name: 'admin', role: 'admin' });
  expect((await stat(file())).mode & 0o777).toBe(0o600);
});

test('a later start changes nothing', async () => {
  await ensureFirstKey(db.apiKeys, home, logger);
  const before = await readFile(file(), 'utf8');
  await ensureFirstKey(db.apiKeys, home, logger);
  expect(await readFile(file(), 'utf8')).toBe(before);
  expect(await db.apiKeys.list()).toHaveLength(1);
});

test('a file of an earlier database is replaced, whatever its mode was', async () => {
  await writeFile(file(), 'laurel_stale', { mode: 0o644 });
  await ensureFirstKey(db.apiKeys, home, logger);
  expect(await db.apiKeys.authenticate((await readFile(file(), 'utf8')).trim())).toBeDefined();
  expect((await stat(file())).mode & 0o777).toBe(0o600);
});

test('a folder that cannot be written leaves no key behind', async () => {
  await expect(ensureFirstKey(db.apiKeys, join(home, 'absent'), logger)).rejects.toThrow();
  expect(await db.apiKeys.list()).toEqual([]);
});
