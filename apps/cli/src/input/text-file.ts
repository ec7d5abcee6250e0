import { readFile, stat } from 'node:fs/promises';
import { LaurelError } from '@laurel/contracts';

/** Longest file that is read, in bytes: what the API takes at most. */
const longest = 1_048_576;

/** The text of a file that a person named. Error: `InvalidInput` (it cannot be read, is too long, or is no UTF-8). */
export async function readText(path: string): Promise<string> {
  const bytes = await read(path).catch((error: unknown) => {
    throw new LaurelError('InvalidInput', `${path} cannot be read; name a file that is there.`, { cause: error });
  });
  if (bytes === undefined) throw new LaurelError('InvalidInput', `${path} is no file of at most 1 MiB; name another.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new LaurelError('InvalidInput', `${path} is not UTF-8 text; save it as UTF-8.`, { cause: error });
  }
}

async function read(path: string): Promise<Uint8Array | undefined> {
  const { size } = await stat(path);
  return size > longest ? undefined : await readFile(path);
}
