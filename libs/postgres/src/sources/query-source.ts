import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isLaurelError, LaurelError } from '@laurel/contracts';
import { milliseconds, selectProblem } from '@laurel/domain';
import type { SourceReader } from '@laurel/ports';
import { Client } from 'pg';
import { queryColumns } from './query-columns.js';
import { queryFailure } from './query-failures.js';
import { orderedQuery } from './query-text.js';
import { jsonLine, rawTypes } from './row-text.js';

/** Addresses of databases that projects may read, by the names they know them by. */
export type SourceConnections = { readonly [name: string]: string };

const connectMilliseconds = 10_000;
const usualTimeout = '10m';
/** Rows fetched at a time. */
const batchRows = 5_000;

/**
 * Reads `postgres:NAME` sources: the rows of a query as JSON lines, from one snapshot, in an order that depends on the
 * rows alone. The connection is this installation's; its address is in no message.
 */
export function createQuerySource(connections: SourceConnections): SourceReader {
  return async ({ source, key, scratch }) => {
    const name = source.uri.slice('postgres:'.length);
    const address = addressOf(connections, name);
    const problem = selectProblem(source.query ?? '');
    if (problem !== null) throw new LaurelError('DataUnreadable', `spec.data.source.query: ${problem}.`);
    const client = new Client({
      connectionString: address,
      application_name: 'laurel-source',
      connectionTimeoutMillis: connectMilliseconds,
      types: rawTypes,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await begin(client, milliseconds(source.timeout ?? usualTimeout));
      const path = join(scratch, 'source.jsonl');
      await writeRows(client, { query: source.query ?? '', key, name, path });
      return path;
    } catch (error) {
      throw isLaurelError(error) ? error : queryFailure(error, name);
    } finally {
      await client.end().catch(() => undefined);
    }
  };
}

function addressOf(connections: SourceConnections, name: string): string {
  const address = Object.hasOwn(connections, name) ? connections[name] : undefined;
  if (address !== undefined) return address;
  const variable = `LAUREL_SOURCE_POSTGRES_${name.toUpperCase().replaceAll('-', '_')}`;
  throw new LaurelError(
    'DataUnreadable',
    `This installation has no connection "${name}"; give the worker the variable ${variable}.`,
  );
}

/** One snapshot for all batches, nothing written, and texts that do not depend on the server's settings. */
async function begin(client: Client, timeoutMilliseconds: number): Promise<void> {
  await client.query('begin transaction isolation level repeatable read, read only');
  const settings = {
    statement_timeout: String(timeoutMilliseconds),
    idle_in_transaction_session_timeout: String(timeoutMilliseconds),
    timezone: 'UTC',
    datestyle: 'ISO, YMD',
    extra_float_digits: '1',
  };
  for (const [name, value] of Object.entries(settings))
    await client.query('select set_config($1, $2, true)', [name, value]);
}

async function writeRows(
  client: Client,
  given: { readonly query: string; readonly key: string | null; readonly name: string; readonly path: string },
): Promise<void> {
  const columns = await queryColumns(client, given.query);
  // A prepared statement is one statement, whatever the text says.
  await client.query({
    text: `declare rows no scroll cursor for ${orderedQuery(given.query, columns, given.key)}`,
    name: 'rows-of-source',
  });
  let count = 0;
  const lines = async function* () {
    for (;;) {
      const { rows } = await client.query<(string | null)[]>({
        text: `fetch forward ${batchRows} from rows`,
        rowMode: 'array',
      });
      if (rows.length === 0) return;
      count += rows.length;
      yield rows.map((row) => jsonLine(row, columns)).join('');
    }
  };
  await pipeline(Readable.from(lines()), createWriteStream(given.path));
  if (count === 0) {
    throw new LaurelError('DataEmpty', `The query over postgres:${given.name} returned no rows; widen it.`);
  }
}
