import type { SignatureInput } from '@laurel/domain';
import { backgroundSet } from '../../../activities/src/training/background-set.js';

const input = (name: string, optional = false): SignatureInput => ({ name, dtype: 'FP32', shape: [-1, 1], optional });
const table = (rows: number) => ({
  rows,
  columns: {
    tenure: Array.from({ length: rows }, (_, row) => row),
    charge: Array.from({ length: rows }, (_, row) => (row % 3 === 0 ? null : row / 10)),
    secret: Array.from({ length: rows }, () => 'not an input'),
  },
});
const read = (bytes: Uint8Array) =>
  JSON.parse(Buffer.from(bytes).toString()) as { rows: number; columns: { [name: string]: unknown[] } };

test('a background set is 100 different training rows of the columns that the model takes, and no other column', () => {
  const { rows, columns } = read(
    backgroundSet(table(1_000), { inputs: [input('tenure'), input('charge', true)], seed: 7 }),
  );
  expect(rows).toBe(100);
  expect(Object.keys(columns).sort()).toEqual(['charge', 'tenure']);
  expect(new Set(columns['tenure']).size).toBe(100);
  for (const [at, tenure] of columns['tenure']!.entries()) {
    expect(columns['charge']?.[at]).toBe(Number(tenure) % 3 === 0 ? null : Number(tenure) / 10);
  }
});

test('the same seed draws the same rows and another seed others, so that packaging again gives the same digest', () => {
  const draw = (seed: number) =>
    Buffer.from(backgroundSet(table(1_000), { inputs: [input('tenure')], seed })).toString();
  expect(draw(1)).toBe(draw(1));
  expect(draw(2)).not.toBe(draw(1));
});

test('rows without a value that the model requires are not drawn', () => {
  const { rows, columns } = read(backgroundSet(table(90), { inputs: [input('charge')], seed: 1 }));
  expect(rows).toBe(60);
  expect(columns['charge']).not.toContain(null);
});

test('a small table is taken whole', () => {
  expect(read(backgroundSet(table(3), { inputs: [input('tenure')], seed: 1 })).columns).toEqual({ tenure: [0, 1, 2] });
});
