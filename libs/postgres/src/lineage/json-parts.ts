import { type RawBuilder, sql } from 'kysely';

/** A time as the drivers' own columns give it: RFC 3339 in UTC with milliseconds. */
export function isoTime(column: string): RawBuilder<string> {
  return sql`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** The rows `(item, place)` of a query as a JSON array of items in the order of places; empty where there are none. */
export function jsonRows<Row>(rows: RawBuilder<unknown>): RawBuilder<readonly Row[]> {
  return sql`coalesce((select jsonb_agg(item order by place) from (${rows}) as items (item, place)), '[]')`;
}
