/** One cell of a raw row as JSON carries it. `null` is missing. */
export type Cell = string | number | boolean | null;

/** One raw row by column name. */
export type Row = { readonly [column: string]: Cell };
