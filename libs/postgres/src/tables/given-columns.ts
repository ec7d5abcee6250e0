import type { ColumnType, GeneratedAlways } from 'kysely';

/** A time that the database fills in where it is left out. */
export type WrittenAt = ColumnType<string, string | undefined, string>;

/** A number that only the database gives. */
export type Sequence = GeneratedAlways<number>;
