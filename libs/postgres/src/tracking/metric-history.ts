import type { LoggedMetric, Tracking } from '@laurel/ports';
import type { RunPrepared, Statement } from '../connect.js';

interface PointRow {
  readonly run_id: string;
  readonly name: string;
  readonly value: number;
  readonly logged_ms: number;
  readonly step: number;
}

const history: Statement = {
  name: 'tracking-metric-history',
  text: `select run_id, name, value, logged_ms, step from run_metrics where run_id = $1 and name = $2
    order by logged_ms, step, value limit $3::bigint offset $4::bigint`,
};

/** Of each run the first point of each of so many equal parts; the last point takes the place of the last part's first. */
const interval: Statement = {
  name: 'tracking-metric-interval',
  text: `with points as (
      select run_id, name, value, logged_ms, step,
        row_number() over in_order as place, ntile($5::integer) over in_order as part,
        count(*) over (partition by run_id) as points
      from run_metrics
      where run_id = any ($1::text[]) and name = $2
        and ($3::bigint is null or step between $3::bigint and $4::bigint)
      window in_order as (partition by run_id order by step, logged_ms, value)),
    parted as (select *, min(place) over (partition by run_id, part) as first_place from points)
    select run_id, name, value, logged_ms, step from parted
    where points <= $5::integer or place = points or (place = first_place and part < $5::integer)
    order by array_position($1::text[], run_id), place`,
};

export function metricHistoryOver(prepared: RunPrepared): Pick<Tracking, 'metricHistory' | 'metricHistoryInterval'> {
  return {
    metricHistory: async ({ runId, key, offset, limit }) => {
      const rows = await prepared<PointRow>(history, [runId, key, limit === null ? null : limit + 1, offset]);
      const shown = limit === null ? rows : rows.slice(0, limit);
      return { items: shown.map(toPoint), more: shown.length < rows.length };
    },
    metricHistoryInterval: async ({ runIds, key, from, to, limit }) => {
      const rows = await prepared<PointRow>(interval, [runIds, key, from, to, limit]);
      return rows.map((row) => ({ ...toPoint(row), runId: row.run_id }));
    },
  };
}

function toPoint({ name, value, logged_ms, step }: PointRow): LoggedMetric {
  return { key: name, value, loggedMs: logged_ms, step };
}
