import type { Tables } from '../tables.js';

type SqlType = 'text' | 'text[]' | 'integer' | 'bigint' | 'double precision' | 'boolean' | 'jsonb' | 'timestamptz';

/** SQL types of every column of some tables, nullable ones marked by `?`; the compiler demands each column once. */
export type ColumnsOf<Names extends keyof Tables> = {
  readonly [T in Names]: { readonly [C in keyof Tables[T]]: SqlType | `${SqlType}?` };
};
