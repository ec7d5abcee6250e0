import { LaurelError } from '@laurel/contracts';
import type { JsonObject } from './json-rows.js';

/**
 * A row of `column=value` words. A value is what JSON takes it for (`3`, `true`, `null`, `[1, 2]`, `"3"`), numbers with
 * commas between them are a list, and anything else is text. Errors: `InvalidInput`.
 */
export function rowOfPairs(pairs: readonly string[]): JsonObject {
  const row: { [column: string]: unknown } = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    const column = pair.slice(0, at);
    if (at < 1) throw new LaurelError('InvalidInput', `"${pair}" is no column=value, such as tenure=3.`);
    if (Object.hasOwn(row, column))
      throw new LaurelError('InvalidInput', `${column} is given twice; give each column once.`);
    Object.defineProperty(row, column, { value: valueOf(pair.slice(at + 1)), enumerable: true });
  }
  return row;
}

function valueOf(text: string): unknown {
  const parts = text.split(',');
  const isNumber = (part: string) => part.trim() !== '' && Number.isFinite(Number(part));
  if (parts.length > 1 && parts.every(isNumber)) return parts.map(Number);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
