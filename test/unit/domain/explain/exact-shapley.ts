import type { ExplainInput, Row } from '@laurel/domain';

export type Model = (row: Row) => readonly number[];

/** Shapley values by their definition, over all subsets of the features: [feature][output]. */
export function exactShapley(
  { row, background, features }: Pick<ExplainInput, 'row' | 'background' | 'features'>,
  model: Model,
): number[][] {
  const n = features.length;
  const worth = (subset: number) => {
    const outputs = background.map((other) =>
      model(Object.fromEntries(features.map((name, at) => [name, (subset >> at) & 1 ? row[name]! : other[name]!]))),
    );
    return outputs[0]!.map((_, output) => outputs.reduce((sum, values) => sum + values[output]!, 0) / outputs.length);
  };
  const worths = Array.from({ length: 2 ** n }, (_, subset) => worth(subset));
  return features.map((_, feature) =>
    worths[0]!.map((_, output) => {
      let value = 0;
      for (let subset = 0; subset < 2 ** n; subset += 1) {
        if ((subset >> feature) & 1) continue;
        const size = bitCount(subset);
        const weight = (factorial(size) * factorial(n - size - 1)) / factorial(n);
        value += weight * (worths[subset | (1 << feature)]![output]! - worths[subset]![output]!);
      }
      return value;
    }),
  );
}

function bitCount(bits: number): number {
  return bits === 0 ? 0 : (bits & 1) + bitCount(bits >> 1);
}

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}
