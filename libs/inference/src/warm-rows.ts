import type { Cell, ModelSignature, Row, TensorType } from '@laurel/domain';

/** Values a real column could hold; nothing is missing, so that also required inputs are satisfied. */
const examples: { readonly [type in TensorType]: readonly [Cell, Cell] } = {
  FP32: [0, 1.5],
  FP64: [0, 1.5],
  INT32: [0, 1],
  INT64: [0, 1],
  BOOL: [false, true],
  BYTES: ['', 'a'],
};

/** Two rows that satisfy the signature. */
export function warmRows({ inputs }: ModelSignature): readonly Row[] {
  return [0, 1].map((index) =>
    Object.fromEntries(inputs.map(({ name, dtype }) => [name, examples[dtype][index] ?? null])),
  );
}
