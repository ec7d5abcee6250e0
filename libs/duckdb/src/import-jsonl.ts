import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { LaurelError } from '@laurel/contracts';
import { checkNames } from './column-names.js';
import { type RawColumn, storageOf } from './column-types.js';
import { columnsOf, normalisedRows } from './normalised-rows.js';
import type { Session } from './session.js';
import { literal } from './sql-text.js';
import { utf8Only } from './utf8-check.js';

/** Query that gives the rows of a JSON-lines file with the types of a table. */
export async function jsonlRows(session: Session, path: string): Promise<string> {
  const source = await session.source(path);
  checkNames(await keysIn(path), path);
  const common = `${source}, format = 'newline_delimited', records = true`;
  const sniffed = await columnsOf(session, `SELECT * FROM read_json(${common}, sample_size = -1)`);
  const columns = sniffed.map((column): RawColumn => (isMereText(column) ? { ...column, type: 'VARCHAR' } : column));
  const types = columns.map(({ name, type }) => `${literal(name)}: ${literal(type)}`).join(', ');
  await session.connection.run(`CREATE TABLE cells AS SELECT * FROM read_json(${common}, columns = {${types}})`);
  return await normalisedRows(session, { from: 'FROM cells', columns, path });
}

/** Texts that DuckDB would read as dates, times or UUIDs stay as they are written. */
function isMereText({ type }: RawColumn): boolean {
  return type === 'UUID' || storageOf(type) === 'timestamp';
}

/**
 * Keys of all lines in the order they show. DuckDB renames keys that differ only in case, and finds nothing under the
 * new name. Errors: `DataUnreadable` for the first line that is no JSON object; `DataEmpty`.
 */
async function keysIn(path: string): Promise<readonly string[]> {
  const keys = new Set<string>();
  let number = 0;
  const input = Readable.from(utf8Only(createReadStream(path, { highWaterMark: 1 << 20 }), path));
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    const text = (number === 1 ? line.replace(/^\ufeff/, '') : line).trim();
    if (text !== '') for (const key of Object.keys(objectIn(text, `${path}, line ${number}`))) keys.add(key);
  }
  if (keys.size > 0) return [...keys];
  throw new LaurelError('DataEmpty', `${path} has no values; write one JSON object per line.`);
}

function objectIn(text: string, place: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new LaurelError('DataUnreadable', `${place}: this is not valid JSON; write one JSON object per line.`, {
      cause,
    });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new LaurelError('DataUnreadable', `${place}: this is not a JSON object; write one per line.`);
}
