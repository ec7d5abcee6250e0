import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiKeys } from '@laurel/ports';
import type { Logger } from '@laurel/telemetry';

/**
 * Makes the first admin key when there is none that lives, and leaves its secret in `<home>/admin.key`, readable by the
 * owner only. A file of an earlier database is replaced.
 */
export async function ensureFirstKey(keys: ApiKeys, home: string, logger: Logger): Promise<void> {
  const living = (await keys.list()).filter((key) => key.revokedAt === null);
  if (living.length > 0) return;
  const path = join(home, 'admin.key');
  await rm(path, { force: true });
  const file = await open(path, 'wx', 0o600);
  try {
    const { secret } = await keys.create({ name: 'admin', role: 'admin' });
    await file.writeFile(`${secret}\n`);
    await file.sync();
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  logger.info({ path }, 'The first admin key has been written');
}
