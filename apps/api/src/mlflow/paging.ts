import { LaurelError } from '@laurel/contracts';
import { offsetOf, type Parsed, pageMark } from '@laurel/domain';
import type { Arguments } from './arguments.js';

/** What was read, or `InvalidInput`. */
export function demandParsed<Value>(parsed: Parsed<Value>): Value {
  if (parsed.ok) return parsed.value;
  throw new LaurelError('InvalidInput', parsed.problem);
}

/** Where the page that is asked for starts. */
export function offsetIn(args: Arguments): number {
  const token = args.text('page_token');
  if (token === undefined || token === '') return 0;
  return demandParsed(offsetOf(Buffer.from(token, 'base64').toString('utf8')));
}

/** The token of the page after this one; an empty object where this is the last. */
export function nextPage(more: boolean, offset: number): { readonly next_page_token?: string } {
  return more ? { next_page_token: Buffer.from(pageMark(offset)).toString('base64') } : {};
}

/** How many items a page holds. */
export function limitIn(args: Arguments, { usual, most }: { readonly usual: number; readonly most: number }): number {
  const limit = args.integer('max_results') ?? usual;
  if (limit < 1) throw args.invalid('max_results', `it must be a positive integer, not ${limit}`);
  if (limit > most) throw args.invalid('max_results', `it must be at most ${most}, not ${limit}`);
  return limit;
}
