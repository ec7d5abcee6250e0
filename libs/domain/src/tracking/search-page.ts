import type { Parsed } from './search-grammar.js';
import { refused } from './search-keys.js';

const form = /^\{"offset": ?(\d{1,12})\}$/;

/** The text inside a page token: MLflow's, so that its tokens work here. */
export const pageMark = (offset: number) => `{"offset": ${offset}}`;

/** The offset in the text of a page token. */
export function offsetOf(mark: string): Parsed<number> {
  const offset = form.exec(mark)?.[1];
  return offset === undefined
    ? refused('Invalid page token; pass the one of the page before.')
    : { ok: true, value: Number(offset) };
}
