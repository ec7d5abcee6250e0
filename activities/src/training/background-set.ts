import { type Cell, canonicalJson, randomFrom, type SignatureInput } from '@laurel/domain';
import type { ColumnTable } from '@laurel/ports';

/** Rows of a background set: what `shap` takes of a larger table by default. */
const backgroundRows = 100;

/**
 * `background.json`: a seeded sample of training rows that stand for "not known" in explanations. It holds the model's
 * input columns and no other; rows without a value that the model requires are not drawn.
 */
export function backgroundSet(
  { rows, columns }: ColumnTable,
  { inputs, seed }: { readonly inputs: readonly SignatureInput[]; readonly seed: number },
): Uint8Array {
  const cellsOf = ({ name }: SignatureInput): readonly Cell[] => columns[name] ?? [];
  const required = inputs.filter(({ optional }) => !optional).map(cellsOf);
  const usable = Array.from({ length: rows }, (_, row) => row).filter((row) =>
    required.every((cells) => (cells[row] ?? null) !== null),
  );
  const chosen = sample(usable, seed);
  const drawn = inputs.map((input) => [input.name, chosen.map((row) => cellsOf(input)[row] ?? null)] as const);
  const table: ColumnTable = { rows: chosen.length, columns: Object.fromEntries(drawn) };
  return Buffer.from(canonicalJson(table), 'utf8');
}

/** The first steps of a shuffle (Fisher and Yates), in the order of the table. */
function sample(indices: readonly number[], seed: number): readonly number[] {
  const left = [...indices];
  const random = randomFrom(seed);
  const count = Math.min(backgroundRows, left.length);
  for (let at = 0; at < count; at++) {
    const other = at + random.nextInt(left.length - at);
    const moved = left[at] ?? 0;
    left[at] = left[other] ?? 0;
    left[other] = moved;
  }
  return left.slice(0, count).toSorted((one, other) => one - other);
}
