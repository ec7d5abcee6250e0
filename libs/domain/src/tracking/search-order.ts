import type { Parsed, SearchGrammar, SearchOrder } from './search-grammar.js';
import { refused, searchKey } from './search-keys.js';
import { searchTokens } from './search-tokens.js';

/** Reads one clause of an order, such as `metrics.m DESC`. */
export function parseOrder(clause: string, grammar: SearchGrammar): Parsed<SearchOrder> {
  const [subject, direction, ...more] = searchTokens(clause);
  if (subject?.kind !== 'identifier' || more.length > 0 || clause !== clause.trim()) {
    return refused(`Invalid order_by clause '${clause}'. Could not be parsed.`);
  }
  const word = direction?.text.toLowerCase() ?? 'asc';
  if (word !== 'asc' && word !== 'desc') return refused(`Invalid ordering key in order_by clause '${clause}'.`);
  const { orderable, orderableAttributes, orderAliases } = grammar;
  const known = { entities: orderable, attributes: orderableAttributes, aliases: orderAliases };
  const key = searchKey(subject.text, known);
  if (!key.ok) return key;
  if (key.value.entity === 'dataset')
    return refused(`Invalid identifier type 'dataset' in order_by clause '${clause}'.`);
  return { ok: true, value: { ...key.value, ascending: word === 'asc' } };
}

/** Reads a whole order; no key may come twice. */
export function parseOrders(clauses: readonly string[], grammar: SearchGrammar): Parsed<readonly SearchOrder[]> {
  const orders: SearchOrder[] = [];
  for (const clause of clauses) {
    const order = parseOrder(clause, grammar);
    if (!order.ok) return order;
    if (orders.some(({ entity, key }) => entity === order.value.entity && key === order.value.key)) {
      return refused(`order_by contains duplicate fields: '${clause}'`);
    }
    orders.push(order.value);
  }
  return { ok: true, value: orders };
}
