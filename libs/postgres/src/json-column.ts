import type { ColumnType } from 'kysely';

declare const meaning: unique symbol;

/** JSON text of a `T`, on its way into a `jsonb` column. Without it, `pg` would write arrays as Postgres arrays. */
export type JsonText<T> = string & { readonly [meaning]: T };

/** A `jsonb` column: read as `T`, written as `JsonText<T>`. */
export type JsonColumn<T> = ColumnType<T, JsonText<T>, JsonText<T>>;

export type NullableJsonColumn<T> = ColumnType<T | null, JsonText<T> | null, JsonText<T> | null>;

/** Serialises for a `jsonb` column; `undefined` becomes JSON's null. */
export function toJson<T>(value: T): JsonText<T> {
  return JSON.stringify(value ?? null) as JsonText<T>;
}
