import { buildSwapGraph, publishGraph, publishWithBackground } from '../../../support/bare-graphs.js';
import { eventually } from '../../../support/eventually.js';
import { buildClassifier, buildRegressor, buildSlow } from '../../../support/onnx-builder.js';
import { bodyOf, oneOff, type ServingWorld, splitOf, startServingWorld } from '../../../support/serving-world.js';

const columns = {
  tenure: [1, 9, 4, 30, 12, 0.5],
  charge: [20, null, 70.25, 99.5, 45, 20],
  contract: ['monthly', 'yearly', 'monthly', 'other', 'yearly', 'monthly'],
};
const background = { rows: 6, columns };
const classifier = buildClassifier({
  inputs: [
    'tenure',
    { name: 'charge', optional: true },
    { name: 'contract', dtype: 'BYTES', categories: { monthly: 1, yearly: -1 } },
  ],
  weights: [-0.1, 0.02, 1],
  bias: -0.5,
  classes: ['No', 'Yes'],
});
const rows = [
  { tenure: 2, charge: 80, contract: 'monthly' },
  { tenure: 40, contract: 'yearly' },
];
const slow = buildSlow({
  inputs: ['a', 'b', 'c'],
  weights: [1, 1, 1],
  bias: 0,
  classes: ['No', 'Yes'],
  size: 256,
  layers: 4,
});

const wideNames = Array.from({ length: 20 }, (_, index) => `column${index}`);
const wideRow = Object.fromEntries(wideNames.map((name) => [name, 1]));

interface Explained {
  readonly predictions: readonly { readonly probabilities: readonly number[] }[];
  readonly explanations: readonly {
    readonly classes: readonly string[];
    readonly base: readonly number[];
    readonly attributions: { readonly [column: string]: readonly number[] };
    readonly standardErrors: { readonly [column: string]: readonly number[] } | null;
    readonly additivityError: number;
  }[];
  readonly explainer: object;
  readonly error?: string;
}

let world: ServingWorld;
const explain = async (path: string, body: unknown) => {
  const response = await world.post(`/v1/models/${path}:explain`, body);
  return { status: response.status, headers: response.headers, body: await bodyOf<Explained>(response) };
};
const metrics = async () => (await fetch(`${world.url}/metrics`, oneOff)).text();

beforeAll(async () => {
  world = await startServingWorld();
  const champion = await publishWithBackground(world, { version: 3, built: classifier, background });
  const challenger = await world.publish(4, classifier);
  await world.serve(splitOf({ champion, challenger, weight: 0 }));
  const linear = buildRegressor({ inputs: ['a', 'b'], weights: [2, -3], bias: 1 });
  const table = { rows: 2, columns: { a: [0, 2], b: [1, 3] } };
  const prices = await publishWithBackground(world, { version: 1, built: linear, background: table });
  await world.serve(splitOf({ champion: prices, endpoint: 'prices' }));
  const many = { rows: 100, columns: { a: range(100), b: range(100), c: range(100) } };
  const heavy = await publishWithBackground(world, { version: 5, built: slow, background: many });
  await world.serve(splitOf({ champion: heavy, endpoint: 'heavy' }));
  const wrong = await publishWithBackground(world, {
    version: 6,
    built: linear,
    background: { rows: 1, columns: { a: [1] } },
  });
  await world.serve(splitOf({ champion: wrong, endpoint: 'wrong' }));
  await world.serve(splitOf({ champion: await publishGraph(world, 1, buildSwapGraph()), endpoint: 'swap' }));
  const wide = buildRegressor({ inputs: wideNames, weights: wideNames.map(() => 1), bias: 0 });
  const wideTable = { rows: 100, columns: Object.fromEntries(wideNames.map((name) => [name, range(100)])) };
  const version = await publishWithBackground(world, { version: 7, built: wide, background: wideTable });
  await world.serve(splitOf({ champion: version, endpoint: 'wide' }));
});
afterAll(() => world?.close());

const range = (length: number) => Array.from({ length }, (_, index) => index / length);

test('base and attributions of a real model sum to its prediction, for every row and class', async () => {
  const { status, headers, body } = await explain('churn', { instances: rows });
  expect(status).toBe(200);
  expect(headers.get('x-laurel-version')).toBe('3');
  expect(body.explainer).toEqual({
    method: 'permutationShap',
    permutations: 10,
    seed: 0,
    backgroundRows: 6,
    evaluations: expect.any(Number),
  });
  expect(body.explanations).toHaveLength(2);
  for (const [row, { classes, base, attributions, standardErrors, additivityError }] of body.explanations.entries()) {
    expect(classes).toEqual(['No', 'Yes']);
    expect(Object.keys(attributions)).toEqual(['tenure', 'charge', 'contract']);
    expect(Object.keys(standardErrors ?? {})).toEqual(Object.keys(attributions));
    expect(additivityError).toBeLessThan(1e-5);
    for (const index of classes.keys()) {
      const sum = Object.values(attributions).reduce((total, values) => total + (values[index] ?? 0), base[index] ?? 0);
      expect(Math.abs(sum - (body.predictions[row]?.probabilities[index] ?? 0))).toBeLessThan(1e-5);
    }
  }
});

test('predictions beside explanations are those of :predict', async () => {
  const { body } = await explain('churn', {
    inputs: { tenure: [2, 40], charge: [80, null], contract: ['monthly', 'yearly'] },
  });
  const predicted = await bodyOf<Explained>(world.post('/v1/models/churn:predict', { instances: rows }));
  expect(body.predictions).toEqual(predicted.predictions);
});

test('a column that pushes towards a class is said to, and one like the background is worth little', async () => {
  const { body } = await explain('churn', { instances: [{ tenure: 40, charge: 50.95, contract: 'yearly' }] });
  const { attributions } = body.explanations[0]!;
  expect(attributions['tenure']?.[1]).toBeLessThan(-0.1);
  expect(attributions['contract']?.[1]).toBeLessThan(-0.05);
  expect(attributions['tenure']?.[0]).toBeCloseTo(-(attributions['tenure']?.[1] ?? 0), 5);
  expect(Math.abs(attributions['charge']?.[1] ?? 1)).toBeLessThan(0.1);
});

test('a linear regression is explained exactly: weight times distance from the mean of the background', async () => {
  const { body } = await explain('prices', { instances: [{ a: 5, b: 1 }], parameters: { permutations: 1 } });
  expect(body.predictions).toEqual([8]);
  expect(body.explanations).toEqual([
    {
      base: expect.closeTo(-3, 5),
      attributions: { a: expect.closeTo(8, 5), b: expect.closeTo(3, 5) },
      standardErrors: null,
      additivityError: expect.closeTo(0, 5),
    },
  ]);
});

test('the same seed gives the same explanation, another seed one within the sampling error', async () => {
  const ask = (seed: number) => explain('churn', { instances: rows, parameters: { permutations: 2, seed } });
  const [one, same, other] = [await ask(1), await ask(1), await ask(2)];
  expect(same.body).toEqual(one.body);
  expect(other.body.explanations[0]?.attributions['tenure']?.[1]).toBeCloseTo(
    one.body.explanations[0]?.attributions['tenure']?.[1] ?? 0,
    2,
  );
});

test('many permutations of few columns are little work: each set of columns is evaluated once', async () => {
  const { body } = await explain('prices', { instances: [{ a: 5, b: 1 }], parameters: { permutations: 1000 } });
  expect(body.explainer).toMatchObject({ evaluations: 7 });
  expect(body.explanations[0]?.additivityError).toBeLessThan(1e-5);
});

test('explanations are counted by themselves and not among predictions', async () => {
  const answered = /laurel_requests_total\{endpoint="heavy"/;
  await explain('heavy', { instances: [{ a: 1, b: 1, c: 1 }], parameters: { permutations: 1 } });
  expect(await metrics()).toMatch(/laurel_explanations_total\{endpoint="heavy",version="5",status="ok"\} 1\n/);
  expect(await metrics()).not.toMatch(answered);
});

test('predictions are answered while an explanation is under way', async () => {
  let done = false;
  const explaining = explain('heavy', {
    instances: Array.from({ length: 4 }, () => ({ a: 1, b: 2, c: 3 })),
    parameters: { permutations: 5 },
  });
  const end = (async () => {
    await explaining;
    done = true;
  })();
  let answered = 0;
  for (; answered < 20; answered++) {
    const response = await world.post('/v1/models/prices:predict', { instances: [{ a: 1, b: 1 }] });
    expect(response.status).toBe(200);
    if (done) break;
  }
  expect(answered).toBe(20);
  await end;
  expect((await explaining).status).toBe(200);
});

test('one explanation is worked on at a time, few wait, and the rest are told to come again', async () => {
  const ask = () => explain('heavy', { instances: [{ a: 1, b: 2, c: 3 }], parameters: { permutations: 1 } });
  const answers = await Promise.all(Array.from({ length: 12 }, ask));
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(9);
  const refused = answers.find(({ status }) => status === 429);
  expect(refused?.headers.get('retry-after')).toBe('1');
});

test('an explanation is given up when its caller goes', async () => {
  const gone = new AbortController();
  const body = JSON.stringify({
    instances: Array.from({ length: 16 }, () => ({ a: 1, b: 2, c: 3 })),
    parameters: { permutations: 20 },
  });
  const asked = fetch(`${world.url}/v1/models/heavy:explain`, { method: 'POST', body, signal: gone.signal });
  setTimeout(() => gone.abort(), 100);
  await expect(asked).rejects.toThrow();
  await eventually(
    async () =>
      (await metrics()).includes('laurel_explanations_total{endpoint="heavy",version="5",status="Cancelled"} 1'),
    'it is given up',
  );
});

test.each<[string, string, unknown, readonly [number, string]]>([
  [
    'a version without a background set',
    'churn/labels/challenger',
    { instances: rows },
    [501, 'without a background set; train it again'],
  ],
  [
    'a background set that is not what the model takes',
    'wrong',
    { instances: [{ a: 1, b: 1 }] },
    [501, 'is not what its model takes'],
  ],
  ['a bare graph', 'swap', { instances: [[1, 2]] }, [501, 'bare graph']],
  ['too many rows', 'prices', { instances: Array.from({ length: 17 }, () => ({ a: 1, b: 1 })) }, [400, 'at most 16']],
  [
    'too much work',
    'wide',
    { instances: [wideRow, wideRow], parameters: { permutations: 1000 } },
    [400, '1000000 are allowed'],
  ],
  [
    'no permutations',
    'prices',
    { instances: [{ a: 1, b: 1 }], parameters: { permutations: 0 } },
    [400, 'parameters.permutations must be'],
  ],
  [
    'a seed that is none',
    'prices',
    { instances: [{ a: 1, b: 1 }], parameters: { seed: -1 } },
    [400, 'parameters.seed must be'],
  ],
  ['an unknown parameter', 'prices', { instances: [{ a: 1, b: 1 }], parameters: { samples: 3 } }, [400, '"samples"']],
  [
    'parameters that are a list',
    'prices',
    { instances: [{ a: 1, b: 1 }], parameters: [] },
    [400, 'parameters must be an object'],
  ],
  ['a cell of another type', 'prices', { instances: [{ a: 'x', b: 1 }] }, [400, 'rows[0].a: "x" is not a number']],
  ['an unknown endpoint', 'nowhere', { instances: [{ a: 1 }] }, [404, 'nowhere']],
])('%s is refused in one sentence', async (_, path, body, [status, sentence]) => {
  const answer = await explain(path, body);
  expect([answer.status, answer.body.error ?? '']).toEqual([status, expect.stringContaining(sentence)]);
});
