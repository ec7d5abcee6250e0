import type { Cell, Row } from '@laurel/domain';
import type { Random } from '../random.js';
import type { LabelledRow } from './labelled-row.js';
import type { Reference } from './reference.js';

/** Columns that a generated row takes from a second held-out row. */
const borrowed = 3;

/** What the generator needs to know of its classes. */
export interface Classes {
  readonly positive: string;
  readonly negative: string;
}

/**
 * Makes further customers from the held-out ones: each is one row with a few columns of another, so marginal
 * distributions and most dependencies stay. Its label is drawn with the reference's chance.
 */
export function* generateRows(
  rows: readonly LabelledRow[],
  reference: Reference,
  { random, classes }: { readonly random: Random; readonly classes: Classes },
): Generator<LabelledRow, never> {
  for (let number = 1; ; number += 1) {
    const row = crossed(pick(rows, random).row, pick(rows, random).row, random);
    const truth = random.next() < reference.chance(row) ? classes.positive : classes.negative;
    yield { key: `G${String(number).padStart(6, '0')}`, row, truth, origin: 'generated' };
  }
}

function pick<T>(items: readonly T[], random: Random): T {
  return items[random.below(items.length)] as T;
}

function crossed(row: Row, other: Row, random: Random): Row {
  const mixed: Record<string, Cell> = { ...row };
  const columns = Object.keys(row);
  for (let count = 0; count < borrowed; count += 1) {
    const column = pick(columns, random);
    mixed[column] = other[column] ?? null;
  }
  return mixed;
}
