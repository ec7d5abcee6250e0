import { join } from 'node:path';
import { LaurelError } from '@laurel/contracts';
import { checkHeader } from './column-names.js';
import { canonicalCsv } from './csv-canonical.js';
import { mustBeReadable, type Session } from './session.js';
import { identifier, literal } from './sql-text.js';
import { typedColumns } from './text-columns.js';

/** Texts that mean a missing value, quoted or not. */
const missingTexts = ['', 'NA', 'NaN', 'null', 'NULL', 'N/A'] as const;

/** Query that gives the rows of a CSV file with their types. */
export async function csvRows(session: Session, path: string): Promise<string> {
  await mustBeReadable(path);
  const copy = join(session.folder, 'records.csv');
  const shape = await canonicalCsv(path, copy);
  checkHeader(shape.header, path);
  if (shape.records === 0) throw new LaurelError('DataEmpty', `${path} has a header but no rows; add rows.`);
  const columns = shape.header.map((_, index) => `c${index}`);
  await session.connection.run(
    `CREATE TABLE cells AS SELECT * FROM read_csv(${literal(copy)}, ${optionsFor(columns)})`,
  );
  const [{ n } = { n: 0 }] = await session.rows('SELECT count(*) AS n FROM cells');
  if (Number(n) !== shape.records) {
    throw new LaurelError('DataUnreadable', `${path}: ${shape.records} rows were counted but ${String(n)} were read.`);
  }
  const typed = await typedColumns(session, { table: 'cells', columns, names: shape.header, file: path });
  return `SELECT ${typed.map((sql, index) => `${sql} AS ${identifier(shape.header[index] ?? '')}`).join(', ')} FROM cells`;
}

function optionsFor(columns: readonly string[]): string {
  const types = columns.map((column) => `${literal(column)}: 'VARCHAR'`).join(', ');
  const missing = missingTexts.map(literal).join(', ');
  return [
    `auto_detect = false, header = false, columns = {${types}}, nullstr = [${missing}]`,
    String.raw`delim = ',', quote = '"', escape = '"', new_line = '\n', strict_mode = true`,
    // A parallel scan guesses whether a chunk starts inside quotes.
    'parallel = false',
  ].join(', ');
}
