import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LaurelError } from '@laurel/contracts';
import type { Seal } from '@laurel/ports';
import { writeOnce } from './keys.js';

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Seals with AES-256-GCM under the key in `folder` (`sealing.key`, mode 0600), made at first use; processes that start at
 * once use the same one. Errors: `Conflict` when the file holds no key.
 */
export async function openSeal(folder: string): Promise<Seal> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'sealing.key');
  await writeOnce(path, randomBytes(keyBytes).toString('base64'), 0o600);
  const key = Buffer.from(await readFile(path, 'utf8'), 'base64');
  if (key.byteLength !== keyBytes) {
    throw new LaurelError('Conflict', `${path} does not hold a key of ${keyBytes} bytes; restore it or move it away.`);
  }
  return createSeal(key);
}

/** A seal under a key that is given. */
function createSeal(key: Buffer): Seal {
  return {
    seal: (text) => {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
    },
    open: (sealed) => {
      try {
        const bytes = Buffer.from(sealed, 'base64');
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), {
          authTagLength: tagBytes,
        });
        decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
        const text = decipher.update(bytes.subarray(nonceBytes + tagBytes));
        return Buffer.concat([text, decipher.final()]).toString('utf8');
      } catch (error) {
        const message = 'A sealed secret does not open with the key of this installation; restore LAUREL_HOME/keys.';
        throw new LaurelError('PackageTampered', message, { cause: error });
      }
    },
  };
}
