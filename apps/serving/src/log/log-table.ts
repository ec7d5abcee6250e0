import { type ColumnBatch, largestBatch, type WrittenCell, type WrittenColumn } from '@laurel/duckdb';
import { type Field, inputFields, mergeFields, outputFields } from './log-fields.js';
import { appendRow, type TableFields } from './log-rows.js';
import { type RequestItem, readRequest } from './segment-reader.js';

/** A table of the prediction log: one row per answered row. */
export interface LogTable {
  readonly columns: readonly WrittenColumn[];
  readonly batches: Iterable<ColumnBatch>;
}

/** The endpoint is in the path: readers of partitioned files take it from there, and refuse a column that says it too. */
const before = {
  predictionId: 'VARCHAR',
  requestId: 'VARCHAR',
  at: 'TIMESTAMPTZ',
  epoch: 'BIGINT',
  arm: 'VARCHAR',
  version: 'BIGINT',
  digest: 'VARCHAR',
  stickyKeyHash: 'BIGINT',
} as const;

const after = {
  confidence: 'DOUBLE',
  latencyMs: 'DOUBLE',
  status: 'VARCHAR',
  error: 'VARCHAR',
  fallback: 'BOOLEAN',
  shadowOf: 'VARCHAR',
  protocol: 'VARCHAR',
} as const;

/** The table of requests of one endpoint, whatever versions answered. A struct that no version fills is left out. */
export function logTable(items: readonly RequestItem[]): LogTable {
  const contexts = [...new Set(items.map(({ context }) => context))];
  const fields: TableFields = {
    inputs: mergeFields(contexts.map(inputFields)),
    outputs: mergeFields(contexts.map(outputFields)),
  };
  const columns = [
    ...plainColumns(before),
    ...structColumns('inputs', fields.inputs),
    ...structColumns('outputs', fields.outputs),
    ...plainColumns(after),
  ];
  return { columns, batches: batchesOf(items, fields, columns.length) };
}

function plainColumns(types: { readonly [name: string]: WrittenColumn['type'] }): readonly WrittenColumn[] {
  return Object.entries(types).map(([name, type]) => ({ name, type, list: false, struct: null }));
}

function structColumns(struct: string, fields: readonly Field[]): readonly WrittenColumn[] {
  return fields.map((field) => ({ ...field, struct }));
}

function* batchesOf(items: readonly RequestItem[], fields: TableFields, count: number): Generator<ColumnBatch> {
  const emptied = () => Array.from({ length: count }, (): WrittenCell[] => []);
  let columns = emptied();
  for (const item of items) {
    const request = readRequest(item);
    for (let row = 0; row < request.rows; row++) {
      appendRow(columns, request, row, fields);
      if (columns[0]?.length !== largestBatch) continue;
      yield columns;
      columns = emptied();
    }
  }
  if (columns[0]?.length) yield columns;
}
