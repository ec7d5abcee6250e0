import { LaurelError } from '@laurel/contracts';
import type { SearchComparison, SearchOrder } from '@laurel/domain';
import type { Searched, TrackedRun, Tracking, ViewType } from '@laurel/ports';
import type { RunPrepared } from '../connect.js';
import { BoundValues } from './bound.js';
import { comparisonSql, type KeyedTable, keyedSql } from './comparison-sql.js';
import { experimentNumber } from './refusals.js';
import { type RunRow, runColumns, toTrackedRun } from './runs.js';

const columns: { readonly [attribute: string]: string } = {
  artifact_uri: 'r.artifact_uri',
  end_time: 'r.end_ms',
  run_id: 'r.run_id',
  run_name: 'r.name',
  start_time: 'r.start_ms',
  status: 'r.status',
  user_id: 'r.user_id',
};

const ofRun = (table: string, key = 'key'): KeyedTable => ({
  table,
  owner: ['run_id', 'r.run_id'],
  key,
  value: 'value',
});
const keyed = {
  metric: ofRun('run_latest_metrics', 'name'),
  parameter: ofRun('run_params'),
  tag: ofRun('run_tags'),
} as const;

const datasetColumns: { readonly [key: string]: string } = { name: 'd.name', digest: 'd.digest', context: 'i.context' };

/** The condition that a thing is in the view. */
export const viewSql: { readonly [view in ViewType]: string } = {
  ACTIVE_ONLY: "lifecycle_stage = 'active'",
  DELETED_ONLY: "lifecycle_stage = 'deleted'",
  ALL: 'true',
};

/** Finds the page first and what belongs to its runs then; both in one statement. */
export function runSearchOver(prepared: RunPrepared): Pick<Tracking, 'searchRuns'> {
  return {
    searchRuns: async ({ experimentIds, view, filter, order, offset, limit }): Promise<Searched<TrackedRun>> => {
      const bound = new BoundValues();
      const conditions = [
        experimentSql(experimentIds.map(experimentNumber), bound),
        viewSql[view],
        ...filter.map((comparison) => conditionOf(comparison, bound)),
      ];
      const { joins, keys } = orderSql(order, bound);
      const text = `with page as materialized (
        select r.run_id, row_number() over () as place from (
          select r.run_id from tracked_runs as r ${joins.join(' ')}
          where ${conditions.join(' and ')}
          order by ${keys.join(', ')}
          limit ${bound.place(limit + 1, 'bigint')} offset ${bound.place(offset, 'bigint')}) as r)
        select ${runColumns} from page join tracked_runs as r using (run_id) order by page.place`;
      const rows = await prepared<RunRow>({ name: '', text }, bound.values);
      return { items: rows.slice(0, limit).map(toTrackedRun), more: rows.length > limit };
    },
  };
}

/** Only with `=` does Postgres see that the index holds the runs of one experiment in their order, newest first. */
function experimentSql(ids: readonly string[], bound: BoundValues): string {
  if (ids.length === 1) return `r.experiment_id = ${bound.place(ids[0], 'bigint')}`;
  return `r.experiment_id = any (${bound.place(ids, 'bigint[]')})`;
}

function conditionOf(comparison: SearchComparison, bound: BoundValues): string {
  const { entity, key } = comparison;
  if (entity === 'attribute') return comparisonSql(columnOf(key), comparison, bound);
  if (entity !== 'dataset') return keyedSql(keyed[entity], comparison, bound);
  const column = datasetColumns[key] ?? unknownKey(key);
  return `exists (select from run_datasets as i join tracked_datasets as d using (dataset_id)
    where i.run_id = r.run_id and ${comparisonSql(column, comparison, bound)})`;
}

/** Where a run has no value it comes last, before those only where a metric is NaN; then newest first, then by id. */
function orderSql(order: readonly SearchOrder[], bound: BoundValues) {
  const joins: string[] = [];
  const keys = order.flatMap(({ entity, key, ascending }, index) => {
    const direction = ascending ? 'asc' : 'desc';
    if (entity === 'attribute') {
      const column = columnOf(key);
      const compared = column.endsWith('_ms') ? column : `${column} collate "C"`;
      return [`(${column} is null)`, `${compared} ${direction}`];
    }
    if (entity === 'dataset') return unknownKey(key);
    const { table, key: keyColumn } = keyed[entity];
    const joined = `o${index}`;
    joins.push(
      `left join ${table} as ${joined} on ${joined}.run_id = r.run_id and ${joined}.${keyColumn} = ${bound.place(key, 'text')}`,
    );
    const value = `${joined}.value`;
    return entity === 'metric'
      ? [`case when ${value} = 'NaN' then 1 when ${value} is null then 2 else 0 end`, `${value} ${direction}`]
      : [`(${value} is null)`, `${value} collate "C" ${direction}`];
  });
  const byStart = order.some(({ entity, key }) => entity === 'attribute' && key === 'start_time');
  return { joins, keys: [...keys, ...(byStart ? [] : ['r.start_ms desc']), 'r.run_id'] };
}

function columnOf(key: string): string {
  return columns[key] ?? unknownKey(key);
}

function unknownKey(key: string): never {
  throw new LaurelError('InvalidInput', `Runs cannot be searched by '${key}'.`);
}
