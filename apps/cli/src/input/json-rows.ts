import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { LaurelError } from '@laurel/contracts';

/** An object of JSON: a row, or what is known of a prediction. */
export type JsonObject = { readonly [name: string]: unknown };

/** The objects of a file (`-`: standard input): JSON lines, or one JSON list. Errors: `NotFound`, `InvalidInput`. */
export async function readRows(path: string, cwd: string): Promise<readonly JsonObject[]> {
  const name = path === '-' ? 'standard input' : resolve(cwd, path);
  const text = await (path === '-' ? textOf(process.stdin) : readFile(name, 'utf8')).catch((error: unknown) => {
    throw new LaurelError('NotFound', `There is no readable file ${name}.`, { cause: error });
  });
  if (text.trimStart().startsWith('[')) return rowsOf(text, name);
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) throw new LaurelError('InvalidInput', `${name} has no lines.`);
  return lines.map((line, index) => objectOf(parsed(line), `line ${index + 1} of ${name}`));
}

/** One object of JSON, or a list of them. Errors: `InvalidInput` that names `where` it stands. */
export function rowsOf(text: string, where: string): readonly JsonObject[] {
  const value = parsed(text);
  if (!Array.isArray(value)) return [objectOf(value, where)];
  if (value.length === 0) throw new LaurelError('InvalidInput', `${where} has no rows.`);
  return value.map((one, index) => objectOf(one, `row ${index + 1} of ${where}`));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Text that is no JSON and JSON that is no object are mended alike.
    return undefined;
  }
}

function objectOf(value: unknown, where: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new LaurelError('InvalidInput', `${where} is not a JSON object, such as {"tenure": 3}.`);
}
