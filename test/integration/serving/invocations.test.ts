import { buildSwapGraph, publishGraph } from '../../support/bare-graphs.js';
import { buildClassifier, buildRegressor } from '../../support/onnx-builder.js';
import { bodyOf, type ServingWorld, splitOf, startServingWorld } from '../../support/serving-world.js';

const classifier = buildClassifier({
  inputs: [
    { name: 'tenure', optional: true },
    { name: 'contract', dtype: 'BYTES', categories: { 'month, "to" month': 3, yearly: -1 } },
  ],
  weights: [-1, 1],
  bias: 0,
  classes: ['No', 'Yes'],
});
const monthly = 'month, "to" month';

interface Scored {
  readonly predictions: readonly unknown[];
  readonly probabilities?: readonly unknown[];
  readonly notices?: readonly string[];
  readonly error?: string;
}

let world: ServingWorld;
const score = async (body: unknown, { path = '/invocations', ...headers }: Record<string, string> = {}) => {
  const response = await world.post(path, body, headers);
  return { status: response.status, headers: response.headers, body: await bodyOf<Scored>(response) };
};
const csv = { 'content-type': 'text/csv' };

beforeAll(async () => {
  world = await startServingWorld();
});
afterAll(() => world?.close());

test('before anything is served there is nothing to invoke', async () => {
  expect(await score({ instances: [1] })).toMatchObject({
    status: 404,
    body: { error: expect.stringContaining('No endpoint is served') },
  });
});

describe('with one endpoint', () => {
  beforeAll(async () => {
    await world.serve(splitOf({ champion: await world.publish(3, classifier) }));
  });

  const records = [
    { tenure: 1, contract: monthly },
    { tenure: 5, contract: 'yearly' },
  ];
  test.each<[string, unknown]>([
    [
      'dataframe_split',
      {
        dataframe_split: {
          columns: ['tenure', 'contract'],
          index: [7, 8],
          data: [
            [1, monthly],
            [5, 'yearly'],
          ],
        },
      },
    ],
    ['dataframe_records', { dataframe_records: records }],
    ['instances', { instances: records }],
    ['inputs', { inputs: { tenure: [1, 5], contract: [monthly, 'yearly'] } }],
  ])('%s is answered with labels', async (_, body) => {
    const { status, headers, body: answer } = await score(body);
    expect([status, answer]).toEqual([200, { predictions: ['Yes', 'No'] }]);
    expect(headers.get('x-laurel-version')).toBe('3');
  });

  test('probabilities by class are a second key for those who ask for them', async () => {
    const { body } = await score({
      dataframe_records: [{ tenure: 0, contract: 'other' }],
      params: { probabilities: true },
    });
    expect(body).toEqual({ predictions: ['No'], probabilities: [{ No: 0.5, Yes: 0.5 }] });
  });

  test('other parameters are left out, which the answer says', async () => {
    const { body } = await score({ dataframe_records: records, params: { temperature: 1 } });
    expect(body).toEqual({ predictions: ['Yes', 'No'], notices: [expect.stringContaining('"temperature"')] });
  });

  test('CSV has a first line of names, quoted cells, empty cells for missing values and any line end', async () => {
    const lines = [
      'contract,tenure,"un,used"',
      '"month, ""to"" month",1,"two\r\nlines"',
      'yearly,,',
      `"month, ""to"" month",,x`,
    ];
    for (const end of ['\r\n', '\n', '\r']) {
      expect((await score(lines.join(end), csv)).body).toEqual({ predictions: ['Yes', 'No', 'Yes'] });
      expect(
        (await score(`\uFEFF${lines.join(end)}${end}`, { 'content-type': 'text/csv; charset=UTF-8' })).body.predictions,
      ).toHaveLength(3);
    }
  });

  test('in CSV a quoted nothing is an empty text and an empty cell no value', async () => {
    expect((await score('tenure,contract\n1,""', csv)).body).toEqual({ predictions: ['No'] });
    expect((await score('tenure,contract\n1,', csv)).body.error).toContain('rows[0].contract: a value is required');
  });

  test.each([
    ['an empty file', '', 'is empty'],
    ['names only', 'tenure,contract\n', 'The CSV file is empty'],
    ['a line with fewer cells', 'tenure,contract\n1,yearly\n1\n', 'Line 3 of the CSV file has 1 cells'],
    ['a line behind a quoted line end', 'tenure,contract\n1,"a\nb"\n1,2,3\n', 'Line 4 of the CSV file has 3 cells'],
    ['a quote that stays open', 'tenure,contract\n1,"yearly\n', 'Line 2 of the CSV file opens a quote'],
    ['text behind a quote', 'tenure,contract\n1,"yearly"x\n', 'Line 2 of the CSV file has text behind a closing quote'],
    ['a quote inside a cell', 'tenure,contract\n1,ye"arly\n', 'Line 2 of the CSV file has a quote inside'],
    ['a name twice', 'tenure,tenure\n1,2\n', '"tenure" twice'],
    ['a word for a number', 'tenure,contract\nold,yearly\n', 'rows[0].tenure: "old" is not a number'],
  ])('CSV with %s is refused with its line', async (_, body, sentence) => {
    const { status, body: answer } = await score(body, csv);
    expect([status, answer.error]).toEqual([400, expect.stringContaining(sentence)]);
  });

  test('CSV that is not UTF-8 is refused', async () => {
    const body = Buffer.from([0x61, 0x0a, 0xff]);
    const response = await fetch(`${world.url}/invocations`, { method: 'POST', headers: csv, body });
    expect([response.status, (await bodyOf<Scored>(response)).error]).toEqual([
      400,
      expect.stringContaining('not UTF-8'),
    ]);
  });

  test.each([
    ['text/plain', 415, 'text/plain'],
    ['application/x-www-form-urlencoded', 415, 'application/json or text/csv'],
    ['application/json; charset=latin1', 415, 'The charset is "latin1"'],
    ['text/csv; header=present', 415, 'the parameter "header"'],
    ['application/vnd.apache.parquet', 501, 'Parquet is not read here'],
  ])('the content type %s is refused', async (type, status, sentence) => {
    const answer = await score({ dataframe_records: records }, { 'content-type': type });
    expect([answer.status, answer.body.error]).toEqual([status, expect.stringContaining(sentence)]);
  });

  test('JSON in UTF-8 may say so', async () => {
    for (const type of ['application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"']) {
      expect((await score({ dataframe_records: records }, { 'content-type': type })).status).toBe(200);
    }
  });

  test.each<[string, unknown, string]>([
    [
      'two formats',
      { instances: records, dataframe_records: records },
      'exactly one of dataframe_split, dataframe_records, instances, inputs; it has dataframe_records, instances',
    ],
    ['no format', {}, 'it has none'],
    ['an unknown format', { rows: records }, 'it has "rows"'],
    ['an unknown key', { dataframe_records: records, parms: {} }, 'key "parms"'],
    ['a list', records, 'must be an object'],
    ['no instances', { instances: [] }, 'instances is empty'],
    ['no records', { dataframe_records: [] }, 'dataframe_records is empty'],
    ['records that are columns', { dataframe_records: { tenure: [1] } }, 'dataframe_records must be a list'],
    ['a record that is a list', { dataframe_records: [[1, 2]] }, 'dataframe_records[0] must be an object'],
    ['a split without data', { dataframe_split: { columns: ['tenure'] } }, 'dataframe_split.data must be a list'],
    [
      'a split without columns',
      { dataframe_split: { data: [[1]] } },
      'dataframe_split.columns must be a list of names',
    ],
    [
      'a split with an unknown key',
      { dataframe_split: { columns: [], data: [], dtypes: [] } },
      'columns, data and perhaps index',
    ],
    [
      'a split that is ragged',
      { dataframe_split: { columns: ['tenure', 'contract'], data: [[1, 'yearly'], [1]] } },
      'dataframe_split.data[1] has 1 values for 2 columns',
    ],
    [
      'a split with a name twice',
      { dataframe_split: { columns: ['tenure', 'tenure'], data: [[1, 2]] } },
      '"tenure" twice',
    ],
    ['params that are a list', { instances: records, params: [] }, 'params must be an object'],
    [
      'probabilities that are neither true nor false',
      { instances: records, params: { probabilities: 1 } },
      'params.probabilities',
    ],
    ['Infinity', '{"instances": [{"tenure": Infinity, "contract": "yearly"}]}', 'Infinity is not a value of JSON'],
    ['JSON nested 200,000 deep', `{"instances": ${'['.repeat(200_000)}`, 'nested deeper than 32'],
    [
      'a prototype instead of columns',
      '{"dataframe_records": [{"__proto__": {"tenure": 1}}]}',
      'rows[0].contract: the column is missing',
    ],
  ])('a body with %s is refused', async (_, body, sentence) => {
    const { status, body: answer } = await score(body);
    expect([status, answer.error]).toEqual([400, expect.stringContaining(sentence)]);
  });

  test('a name in path or header is taken, though there is only one', async () => {
    for (const named of [{ path: '/invocations/churn' }, { 'x-laurel-endpoint': 'churn' }]) {
      expect((await score({ dataframe_records: records }, named)).status).toBe(200);
    }
    for (const named of [{ path: '/invocations/nowhere' }, { 'x-laurel-endpoint': 'nowhere' }]) {
      expect((await score({ dataframe_records: records }, named)).status).toBe(404);
    }
  });

  test('health and version are where the client looks', async () => {
    const get = async (path: string) => fetch(`${world.url}${path}`);
    for (const path of ['/ping', '/health']) expect(await (await get(path)).json()).toEqual({ status: 'Healthy' });
    expect(await (await get('/version')).text()).toMatch(/^\d+\.\d+\.\d+/);
  });
});

describe('with several endpoints', () => {
  beforeAll(async () => {
    const prices = await world.publish(1, buildRegressor({ inputs: ['a'], weights: [2], bias: 1 }));
    await world.serve(splitOf({ champion: prices, endpoint: 'prices' }));
    await world.serve(splitOf({ champion: await publishGraph(world, 1, buildSwapGraph()), endpoint: 'swap' }));
  });

  test('a request that names none is refused, with their names', async () => {
    const { status, body } = await score({ instances: [1] });
    expect([status, body.error]).toEqual([
      400,
      expect.stringContaining('churn, prices, swap; ask /invocations/NAME or send the header X-Laurel-Endpoint'),
    ]);
  });

  test('path and header name one; the path goes first', async () => {
    expect((await score({ instances: [4] }, { path: '/invocations/prices' })).body).toEqual({ predictions: [9] });
    expect((await score({ instances: [4] }, { 'x-laurel-endpoint': 'prices' })).body).toEqual({ predictions: [9] });
    expect(
      (await score({ instances: [4] }, { path: '/invocations/prices', 'x-laurel-endpoint': 'swap' })).body,
    ).toEqual({ predictions: [9] });
  });

  test('a regression has no probabilities to give, which the answer says', async () => {
    const { body } = await score({ instances: [4], params: { probabilities: true } }, { path: '/invocations/prices' });
    expect(body).toEqual({ predictions: [9], notices: ['The model gives no probabilities.'] });
  });

  test('a bare graph answers with its elements, and takes no CSV', async () => {
    const path = '/invocations/swap';
    expect(
      (
        await score(
          {
            instances: [
              [1, 2],
              [3, 4],
            ],
          },
          { path },
        )
      ).body,
    ).toEqual({
      predictions: [
        [4, 2],
        [8, 6],
      ],
    });
    expect((await score({ inputs: { x: [[1, 2]] } }, { path })).body).toEqual({ predictions: [[4, 2]] });
    expect((await score('x\n1\n', { path, ...csv })).body.error).toContain('bare graph');
  });
});
