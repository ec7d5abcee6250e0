import { readFile } from 'node:fs/promises';
import { LaurelError } from '@laurel/contracts';

/** The text of a file that a person named. Error: `InvalidInput` (it cannot be read, or is no UTF-8). */
export async function readText(path: string): Promise<string> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new LaurelError('InvalidInput', `${path} cannot be read; name a file that is there.`, { cause: error });
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new LaurelError('InvalidInput', `${path} is not UTF-8 text.`, { cause: error });
  }
}
