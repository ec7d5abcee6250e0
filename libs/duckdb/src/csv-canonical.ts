import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { CsvScan, type CsvShape } from './csv-scan.js';
import { utf8Only } from './utf8-check.js';

const chunkSize = 1 << 20;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Checks the CSV file `file` and copies its records to `copy`: no byte order mark, no header, LF after every record.
 * That one dialect is left to DuckDB, whose reader drops the rest of a file after a quote that never closes, accepts
 * an empty field too many, and finds no rows where a header or its line ending misleads it.
 * Errors: `DataUnreadable` naming file and line, `DataEmpty`.
 */
export async function canonicalCsv(file: string, copy: string): Promise<CsvShape> {
  await using target = await open(copy, 'wx');
  const scan = new CsvScan(file);
  let first = true;
  for await (const chunk of utf8Only(createReadStream(file, { highWaterMark: chunkSize }), file)) {
    const marked = first && chunk.subarray(0, byteOrderMark.length).equals(byteOrderMark);
    first = false;
    await target.appendFile(Buffer.concat(scan.take(marked ? chunk.subarray(byteOrderMark.length) : chunk)));
  }
  const { rest, shape } = scan.end();
  await target.appendFile(Buffer.concat(rest));
  return shape;
}
