import { LaurelError } from '@laurel/contracts';
import type { CustomTypesConfig } from 'pg';
import type { QueryColumn } from './query-text.js';

/** Values as Postgres writes them. */
export const rawTypes: CustomTypesConfig = { getTypeParser: () => (text: string) => text };

/** A row as a line of JSON. Numbers keep the digits that Postgres wrote; NaN is missing. Error: `DataUnreadable`. */
export function jsonLine(row: readonly (string | null)[], columns: readonly QueryColumn[]): string {
  const fields = columns.map(
    (column, index) => `${JSON.stringify(column.name)}:${valueText(row[index] ?? null, column)}`,
  );
  return `{${fields.join(',')}}\n`;
}

function valueText(value: string | null, { name, kind }: QueryColumn): string {
  if (value === null) return 'null';
  if (kind === 'text') return JSON.stringify(value);
  if (kind === 'boolean') return value === 't' ? 'true' : 'false';
  if (value === 'NaN') return 'null';
  if (!value.endsWith('Infinity')) return value;
  throw new LaurelError(
    'DataUnreadable',
    `spec.data.source.query: column "${name}" holds infinity; replace it by a number, or by null.`,
  );
}
