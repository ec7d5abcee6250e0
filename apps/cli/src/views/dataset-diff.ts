import type { DatasetDiff } from '@laurel/contracts/schemas';
import { renderFields, renderTable } from '../output/table.js';
import { dash, numberText } from '../output/text.js';

type Row = DatasetDiff['rows']['examples']['added'][number];

/** How two versions differ, for people: counts, columns, statistics, then some rows. */
export function diffText(diff: DatasetDiff): string {
  return [
    `${diff.dataset} from version ${diff.from} to ${diff.to}`,
    rowCounts(diff),
    ...changedColumns(diff),
    ...columns(diff),
    ...statistics(diff),
    ...examples(diff),
  ].join('\n\n');
}

function rowCounts({ rows }: DatasetDiff): string {
  const by = rows.key === null ? 'whole rows' : `by ${rows.key}`;
  return renderFields([
    ['Rows compared', by],
    ['Added', String(rows.added)],
    ['Removed', String(rows.removed)],
    ...(rows.key === null ? [] : [['Changed', String(rows.changed)] as const]),
    ['Unchanged', String(rows.unchanged)],
  ]);
}

function changedColumns({ rows }: DatasetDiff): readonly string[] {
  if (rows.changedColumns.length === 0) return [];
  const list = rows.changedColumns.map(({ column, rows: count }) => [column, String(count)]);
  return [renderTable(['column', 'changed rows'], list)];
}

function columns({ columns: all }: DatasetDiff): readonly string[] {
  if (all.length === 0) return [];
  const list = all.map(({ column, kind, from, to }) => [column, kind, from ?? dash, to ?? dash]);
  return [renderTable(['column', 'what', 'from', 'to'], list)];
}

function statistics({ statistics: all }: DatasetDiff): readonly string[] {
  if (all.length === 0) return [];
  const number = (value: number | null) => (value === null ? dash : numberText(value));
  const list = all.map(({ column, statistic, from, to }) => [column ?? dash, statistic, number(from), number(to)]);
  return [renderTable(['column', 'statistic', 'from', 'to'], list)];
}

function examples({ rows: { examples: some } }: DatasetDiff): readonly string[] {
  const lines = [
    ...some.added.map((row) => `+ ${rowText(row)}`),
    ...some.removed.map((row) => `- ${rowText(row)}`),
    ...some.changed.flatMap(({ from, to }) => [`< ${rowText(from)}`, `> ${rowText(to)}`]),
  ];
  return lines.length === 0 ? [] : [lines.join('\n')];
}

function rowText(row: Row): string {
  return Object.entries(row)
    .map(([name, value]) => `${name}=${value === null ? dash : String(value)}`)
    .join(' ');
}
