import {
  type ExplainInput,
  type ExplainPlan,
  type Explanation,
  ExplanationSums,
  explainChunks,
  planExplanation,
  type RandomStream,
  type Row,
  randomFrom,
} from '@laurel/domain';
import * as fc from 'fast-check';
import { exactShapley, type Model } from './exact-shapley.js';

const random = randomFrom(5);
const aNumber = (stream: RandomStream) => stream.next() * 4 - 2;
const sixFeatures = ['a', 'b', 'c', 'd', 'e', 'f'];
const rowOf = (features: readonly string[], stream: RandomStream): Row =>
  Object.fromEntries(features.map((feature) => [feature, aNumber(stream)]));

const given = (over: Partial<ExplainInput> = {}): ExplainInput => ({
  row: rowOf(sixFeatures, random),
  background: Array.from({ length: 7 }, () => rowOf(sixFeatures, random)),
  features: sixFeatures,
  permutations: 4,
  seed: 3,
  ...over,
});

const cell = (row: Row, name: string) => Number(row[name]);
const linear: Model = (row) => [
  3 * cell(row, 'a') - 2 * cell(row, 'b') + cell(row, 'c') + 0.5 * cell(row, 'd') + 7,
  cell(row, 'f') ** 3,
];
const pairwise: Model = (row) => [
  cell(row, 'a') * cell(row, 'b') - 2 * cell(row, 'c') * cell(row, 'f') + Math.sin(cell(row, 'd')) * cell(row, 'e'),
];
const tangled: Model = (row) => {
  const score = cell(row, 'a') * cell(row, 'b') * cell(row, 'c') + Math.max(cell(row, 'd'), cell(row, 'e'));
  const probability = 1 / (1 + Math.exp(-score));
  return [probability, 1 - probability];
};

function explain(input: ExplainInput, model: Model, maximumRows = 50): Explanation {
  const plan = planExplanation(input);
  const sums = new ExplanationSums(plan);
  for (const chunk of explainChunks(plan, maximumRows)) sums.add(chunk, chunk.rows.map(model));
  return sums.explanation();
}

function expectClose(actual: readonly (readonly number[])[], expected: readonly (readonly number[])[]): void {
  expect(actual.length).toBe(expected.length);
  for (const [index, row] of actual.entries()) {
    for (const [output, value] of row.entries()) expect(value).toBeCloseTo(expected[index]?.[output] ?? NaN, 10);
  }
}

test('an additive function is explained exactly, with one order, and without error', () => {
  const input = given({ permutations: 1 });
  expectClose(explain(input, linear).attributions, exactShapley(input, linear));
  expect(explain(input, linear).standardErrors).toBeNull();
  const errors = explain(given({ permutations: 8 }), linear).standardErrors ?? [];
  expect(Math.max(...errors.flat())).toBeLessThan(1e-12);
});

test('pairwise interactions are exact with one order and its reverse', () => {
  const input = given({ permutations: 1 });
  expectClose(explain(input, pairwise).attributions, exactShapley(input, pairwise));
});

test('a function of many features at once agrees with all subsets within its standard errors', () => {
  const scores: number[] = [];
  for (let seed = 1; seed <= 60; seed += 1) {
    const input = given({ permutations: 12, seed });
    const exact = exactShapley(input, tangled);
    const { attributions, standardErrors } = explain(input, tangled);
    for (const [feature, row] of attributions.entries()) {
      const error = standardErrors?.[feature]?.[0] ?? 0;
      if (error > 1e-12) scores.push(((row[0] ?? 0) - (exact[feature]?.[0] ?? 0)) / error);
    }
  }
  const rootMeanSquare = Math.sqrt(scores.reduce((sum, score) => sum + score ** 2, 0) / scores.length);
  expect(scores.length).toBeGreaterThan(200);
  expect(rootMeanSquare).toBeGreaterThan(0.8);
  expect(rootMeanSquare).toBeLessThan(1.4);
});

test('more orders come nearer to the exact values', () => {
  const input = given();
  const exact = exactShapley(input, tangled).map(([value]) => value ?? 0);
  const distance = (permutations: number) => {
    const { attributions } = explain({ ...input, permutations }, tangled);
    return Math.max(...attributions.map(([value], feature) => Math.abs((value ?? 0) - (exact[feature] ?? 0))));
  };
  expect(distance(2_000)).toBeLessThan(0.003);
});

test('base value and attributions sum to the prediction of every output', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer(),
      (featureCount, backgroundCount, permutations, seed) => {
        const stream = randomFrom(seed);
        const features = sixFeatures.slice(0, featureCount);
        const background = Array.from({ length: backgroundCount }, () => rowOf(features, stream));
        const weights = Array.from({ length: 3 }, () => features.map(() => aNumber(stream)));
        const model: Model = (row) =>
          weights.map((weight) =>
            Math.tanh(features.reduce((sum, name, at) => sum + cell(row, name) * weight[at]!, 0)),
          );
        const row = rowOf(features, stream);
        const explanation = explain({ row, background, features, permutations, seed }, model);
        for (const [output, base] of explanation.baseValues.entries()) {
          const sum = explanation.attributions.reduce((total, values) => total + (values[output] ?? NaN), base);
          expect(Math.abs(sum - model(row)[output]!)).toBeLessThan(1e-9);
          const mean = background.reduce((total, other) => total + model(other)[output]!, 0) / backgroundCount;
          expect(base).toBeCloseTo(mean, 12);
        }
      },
    ),
    { seed: 20, numRuns: 200 },
  );
});

test('a feature that the function does not read has zero, exactly', () => {
  const { attributions, standardErrors } = explain(given({ permutations: 5 }), (row) => [
    cell(row, 'a') * cell(row, 'b') * cell(row, 'c'),
  ]);
  expect(attributions.slice(3)).toEqual([[0], [0], [0]]);
  expect(standardErrors?.slice(3)).toEqual([[0], [0], [0]]);
});

test('features that play the same part have the same attribution', () => {
  const same = (value: number) => Object.fromEntries(sixFeatures.map((name) => [name, value]));
  const input = given({ row: same(2), background: [same(-1), same(0.5)], permutations: 1 });
  const sumSquared: Model = (row) => [sixFeatures.reduce((sum, name) => sum + cell(row, name), 0) ** 2];
  const values = explain(input, sumSquared).attributions.map(([value]) => value ?? 0);
  expect(Math.max(...values) - Math.min(...values)).toBeLessThan(1e-9);
});

test('a column is a feature, whatever is in it: text, a truth value, or nothing', () => {
  const price: Model = (row) => [
    (row['plan'] === 'gold' ? 30 : 10) + (row['trial'] === true ? -5 : 0) + (row['age'] == null ? 100 : 1),
  ];
  const features = ['plan', 'trial', 'age'];
  const background = [
    { plan: 'basic', trial: false, age: 40, id: 'x' },
    { plan: 'gold', trial: true, age: null },
  ];
  const input = { row: { plan: 'gold', trial: true, id: 'y' }, background, features, permutations: 1, seed: 1 };
  const { attributions, baseValues, predictions } = explain(input, price);
  expect(baseValues).toEqual([68]);
  expect(predictions).toEqual([125]);
  expectClose(attributions, [[10], [-2.5], [49.5]]);
  const rows = [...explainChunks(planExplanation(input), 1_000)].flatMap((chunk) => chunk.rows);
  expect(rows[0]).toEqual({ plan: 'gold', trial: true });
  expect(rows.slice(1, 3)).toEqual([{ plan: 'basic', trial: false, age: 40 }, background[1]]);
  expect(rows.some((row) => 'id' in row)).toBe(false);
});

test('the size of a chunk bounds its rows and changes nothing to the last bit', () => {
  const input = given({ permutations: 5 });
  const plan = planExplanation(input);
  const sizes = [...explainChunks(plan, 9)].map((chunk) => chunk.rows.length);
  expect(Math.max(...sizes)).toBe(9);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(plan.rowCount);
  expect(explain(input, tangled, 1)).toEqual(explain(input, tangled, 100_000));
});

test('a plan is the same for the same seed, evaluates every coalition once, and survives JSON', () => {
  const plan = planExplanation(given({ permutations: 100 }));
  expect(new Set(plan.coalitions).size).toBe(plan.coalitions.length);
  expect(plan.coalitions.length).toBeLessThanOrEqual(63);
  expect(plan.coalitions[0]).toBe('000000');
  expect(plan.rowCount).toBe(1 + 7 * plan.coalitions.length);
  const input = given();
  expect(planExplanation(input)).toEqual(planExplanation(input));
  expect(JSON.parse(JSON.stringify(planExplanation(input))) as ExplainPlan).toEqual(planExplanation(input));
  expect(planExplanation({ ...input, seed: 4 }).orders).not.toEqual(planExplanation(input).orders);
});

test('one order of many features costs two rows per feature and background row', () => {
  const features = Array.from({ length: 40 }, (_, index) => `x${index}`);
  const row = rowOf(features, random);
  const plan = planExplanation({ row, background: [row], features, permutations: 1, seed: 1 });
  expect(plan.rowCount).toBe(1 + 1 + 2 * 39);
});

test('with one feature it has the whole difference', () => {
  const input = given({ features: ['a'] });
  const { attributions, baseValues, predictions } = explain(input, (row) => [cell(row, 'a') ** 2]);
  expect(attributions[0]?.[0]).toBeCloseTo((predictions[0] ?? 0) - (baseValues[0] ?? 0), 12);
});

test('an input that cannot be explained is refused and named', () => {
  expect(() => planExplanation(given({ features: [] }))).toThrow('at least one feature');
  expect(() => planExplanation(given({ features: ['a', 'b', 'a'] }))).toThrow('feature a is named twice');
  expect(() => planExplanation(given({ background: [] }))).toThrow('at least one background row');
  expect(() => planExplanation(given({ permutations: 0 }))).toThrow('a whole number from 1, it is 0');
  expect(() => [...explainChunks(planExplanation(given()), 0)]).toThrow('it has 0');
});

test('outputs that do not belong to the plan are refused and named', () => {
  const plan = planExplanation(given());
  const [first, second] = [...explainChunks(plan, 2)];
  const sums = new ExplanationSums(plan);
  expect(() => sums.add(second!, [[1], [1]])).toThrow('row 0 of the plan is next, the chunk starts at row 2');
  expect(() => sums.add(first!, [[1]])).toThrow('a chunk of 2 rows needs as many outputs, there are 1');
  expect(() => sums.add(first!, [[1], [1, 2]])).toThrow('row 1 has 2 outputs');
  expect(() => sums.add(first!, [[], []])).toThrow('row 0 has 0 outputs');
  expect(() => sums.add(first!, [[1], [NaN]])).toThrow('output 0 of row 1 is NaN');
  sums.add(first!, [[1], [1]]);
  expect(() => sums.explanation()).toThrow(`outputs of ${plan.rowCount - 2} of ${plan.rowCount} rows are missing`);
});
