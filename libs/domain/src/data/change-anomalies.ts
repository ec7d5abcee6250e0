import type { AnomalyInput, DescribedTable } from './anomaly-input.js';
import type { Anomaly, ColumnSchema } from './table.js';

type ChangeInput = Pick<AnomalyInput, 'schema' | 'target' | 'ignore'> & { readonly previous: DescribedTable };

/** How many new categories a message lists. */
const listed = 5;

/** What differs from the previous good version. The target's absence is reported with the target. */
export function changeAnomalies({ schema, target, ignore = [], previous }: ChangeInput): Anomaly[] {
  const before = previous.schema.columns.filter(({ name }) => !ignore.includes(name));
  const now = schema.columns.filter(({ name }) => !ignore.includes(name));
  const gone = before.filter(({ name }) => name !== target && !now.some((column) => column.name === name));
  const added = now.filter(({ name }) => !before.some((column) => column.name === name));
  const kept = now.flatMap((column) => {
    const old = before.find(({ name }) => name === column.name);
    return old === undefined ? [] : changed(old, column);
  });
  return [
    ...gone.map(({ name }) => anomaly('missingColumn', name, `column "${name}" is gone; the previous version has it`)),
    ...kept,
    ...added.map(({ name }) =>
      anomaly('newColumn', name, `column "${name}" is new; the previous version has no such column`),
    ),
  ];
}

function changed(old: ColumnSchema, now: ColumnSchema): Anomaly[] {
  const { name } = now;
  if (old.kind !== now.kind) {
    return [
      anomaly(
        'typeChanged',
        name,
        `column "${name}" was ${old.kind} and is ${now.kind} (${old.storage} to ${now.storage})`,
      ),
    ];
  }
  if (old.categories === undefined || now.categories === undefined) return [];
  const known = new Set(old.categories);
  const fresh = now.categories.filter((value) => !known.has(value));
  if (fresh.length === 0) return [];
  const names = fresh
    .slice(0, listed)
    .map((value) => `"${value}"`)
    .join(', ');
  const more = fresh.length > listed ? ` and ${fresh.length - listed} more` : '';
  return [
    anomaly('newCategories', name, `column "${name}" has values that the previous version never had: ${names}${more}`),
  ];
}

function anomaly(code: Anomaly['code'], column: string, message: string): Anomaly {
  const severity = code === 'newColumn' || code === 'newCategories' ? 'warning' : 'error';
  return { code, column, severity, message };
}
