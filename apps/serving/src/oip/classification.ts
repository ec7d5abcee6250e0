import { LaurelError } from '@laurel/contracts';
import type { Tensor } from '@laurel/domain';

/**
 * The classification extension: the `count` largest elements of each row as texts `value:index[:label]`, largest first,
 * shape `[rows, count]`. Errors: `InvalidInput` for a tensor that holds no numbers.
 */
export function classify({ name, shape, datatype, data }: Tensor, count: number, labels: readonly string[]): Tensor {
  if (datatype === 'BYTES' || datatype === 'BOOL') {
    throw new LaurelError('InvalidInput', `The output ${name} is ${datatype}; only numbers can be classified.`);
  }
  const rows = shape.length > 1 ? (shape[0] ?? 1) : 1;
  const width = data.length / rows;
  const kept = Math.min(count, width);
  const numbers = data as ArrayLike<number | bigint>;
  const texts = Array.from({ length: rows }, (_, row) => {
    const order = Array.from({ length: width }, (_, index) => index);
    order.sort(
      (one, other) => Number(numbers[row * width + other]) - Number(numbers[row * width + one]) || one - other,
    );
    return order.slice(0, kept).map((index) => textOf(Number(numbers[row * width + index]), index, labels));
  });
  return { name, datatype: 'BYTES', shape: shape.length > 1 ? [rows, kept] : [kept], data: texts.flat() };
}

function textOf(value: number, index: number, labels: readonly string[]): string {
  const label = labels[index];
  return `${value.toFixed(6)}:${index}${label === undefined ? '' : `:${label}`}`;
}
