import type { ArmSums, Cell } from '@laurel/domain';
import { aPrediction } from './builders.js';
import { createTestDatabase, type TestDatabase } from './database.js';

let db: TestDatabase;

beforeEach(async () => {
  db = await createTestDatabase(8);
});
afterEach(() => db?.drop());

const now = Math.floor(Date.now() / 1_000);

const sums = (change: Partial<ArmSums>): ArmSums => ({
  endpoint: 'churn',
  epoch: 3,
  arm: 'champion',
  version: 1,
  process: 'p1',
  second: now,
  requests: 10,
  errors: 1,
  disagreements: 0,
  latency: { 4: 6, 12: 4 },
  ...change,
});

const truth = (predictionId: string, value: Cell) => ({
  predictionId,
  truth: value,
  at: '2026-01-31T10:00:00.000Z',
  source: 'crm',
});

test('sums of all processes and seconds add up by arm; a second written again replaces itself', async () => {
  await db.fleet.addSums([
    sums({}),
    sums({ process: 'p2', latency: { 12: 10 } }),
    sums({ second: now - 1 }),
    sums({ arm: 'challenger', version: 2, requests: 3, errors: 0, disagreements: 2, latency: { 5: 3 } }),
    sums({ epoch: 2, requests: 1_000 }),
  ]);
  await db.fleet.addSums([sums({ requests: 7, errors: 0, latency: { 4: 7 } }), sums({ requests: 20, errors: 2 })]);
  await db.fleet.addSums([]);
  expect(await db.observations.totals('churn', 3)).toEqual([
    { arm: 'challenger', requests: 3, errors: 0, disagreements: 2, latency: { 5: 3 }, distinctKeys: null },
    { arm: 'champion', requests: 40, errors: 4, disagreements: 0, latency: { 4: 12, 12: 18 }, distinctKeys: null },
  ]);
  expect(await db.observations.totals('churn', 9)).toEqual([]);
});

test('the series for plots has one point per second, arm and version', async () => {
  await db.fleet.addSums([
    sums({ second: now - 60 }),
    sums({ second: now - 1 }),
    sums({ second: now - 1, process: 'p2' }),
    sums({ second: now, arm: 'challenger', version: 2, errors: 0 }),
  ]);
  expect(await db.observations.trafficSeries('churn', new Date((now - 10) * 1_000).toISOString())).toEqual([
    { second: now - 1, arm: 'champion', version: 1, requests: 20, errors: 2 },
    { second: now, arm: 'challenger', version: 2, requests: 10, errors: 0 },
  ]);
});

test('the age of telemetry counts from the newest second of any process', async () => {
  expect(await db.observations.telemetryAge('churn', 3)).toBeNull();
  await db.fleet.addSums([sums({ second: now - 30 }), sums({ second: now - 20, process: 'p2' })]);
  const age = await db.observations.telemetryAge('churn', 3);
  expect(age).toBeGreaterThanOrEqual(18_500);
  expect(age).toBeLessThan(40_000);
  await db.fleet.addSums([sums({ second: now + 100 })]);
  expect(await db.observations.telemetryAge('churn', 3)).toBe(0);
});

test('distinct sticky keys are counted by arm, once each', async () => {
  await db.fleet.addSums([sums({}), sums({ arm: 'challenger' }), sums({ arm: 'shadow' })]);
  await db.fleet.addPredictions([
    aPrediction({ predictionId: 'a', epoch: 3, stickyKeyHash: 4_294_967_295 }),
    aPrediction({ predictionId: 'b', epoch: 3, stickyKeyHash: 4_294_967_295 }),
    aPrediction({ predictionId: 'c', epoch: 3, stickyKeyHash: 2 }),
    aPrediction({ predictionId: 'd', epoch: 3, arm: 'challenger', stickyKeyHash: 2 }),
  ]);
  const totals = await db.observations.totals('churn', 3);
  expect(totals.map(({ arm, distinctKeys }) => [arm, distinctKeys])).toEqual([
    ['challenger', 1],
    ['champion', 2],
    ['shadow', 0],
  ]);
});

test('labels join with what each arm answered, whichever comes first', async () => {
  await db.observations.addFeedback([truth('c1', 'Yes'), truth('c2', 'Yes'), truth('x1', 'No')]);
  const rows = [
    aPrediction({ predictionId: 'c1' }),
    aPrediction({ predictionId: 'c2', label: 'No' }),
    aPrediction({ predictionId: 'c3' }),
    aPrediction({ predictionId: 'x1', arm: 'challenger', version: 2, label: 'No' }),
    aPrediction({ predictionId: 'x2', arm: 'challenger', version: 2, label: null, status: 'error' }),
    aPrediction({ predictionId: 'late', epoch: 2 }),
  ];
  await db.fleet.addPredictions(rows);
  await db.fleet.addPredictions(rows.map((row) => ({ ...row, label: 'changed' })));
  await db.observations.addFeedback([truth('x2', 'Yes'), truth('late', 'Yes')]);
  expect(await db.observations.labels('churn', 1)).toEqual([
    { arm: 'challenger', labelled: 1, correct: 1, sumAbsoluteError: 0, sumSquaredError: 0 },
    { arm: 'champion', labelled: 2, correct: 1, sumAbsoluteError: 0, sumSquaredError: 0 },
  ]);
});

test('a number or a truth value is compared as text with a label, and as a number with a value', async () => {
  await db.fleet.addPredictions([
    aPrediction({ predictionId: 'one', label: '1' }),
    aPrediction({ predictionId: 'true', label: 'true' }),
    aPrediction({ predictionId: 'v1', arm: 'challenger', label: null, value: 10.5 }),
    aPrediction({ predictionId: 'v2', arm: 'challenger', label: null, value: 8 }),
    aPrediction({ predictionId: 'v3', arm: 'challenger', label: null, value: 8 }),
  ]);
  await db.observations.addFeedback([
    truth('one', 1),
    truth('true', true),
    truth('v1', 10),
    truth('v2', '9.5'),
    truth('v3', 'unknown'),
  ]);
  expect(await db.observations.labels('churn', 1)).toEqual([
    { arm: 'challenger', labelled: 2, correct: 0, sumAbsoluteError: 2, sumSquaredError: 2.5 },
    { arm: 'champion', labelled: 2, correct: 2, sumAbsoluteError: 0, sumSquaredError: 0 },
  ]);
});

test('I8: the first label counts, the same again is a repetition, another is a counted contradiction', async () => {
  const counts = await db.observations.addFeedback([truth('a', 'Yes'), truth('b', 'No'), truth('a', 'No')]);
  expect(counts).toEqual({ accepted: 2, repeated: 0, contradicted: 1 });
  expect(await db.observations.addFeedback([truth('a', 'Yes'), truth('a', 'No'), truth('c', 1)])).toEqual({
    accepted: 1,
    repeated: 1,
    contradicted: 1,
  });
  const stored = await db.query('select prediction_id, truth, contradictions from feedback order by 1');
  expect(stored).toEqual([
    { prediction_id: 'a', truth: 'Yes', contradictions: 2 },
    { prediction_id: 'b', truth: 'No', contradictions: 0 },
    { prediction_id: 'c', truth: '1', contradictions: 0 },
  ]);
  await expect(db.observations.addFeedback([truth('d', null)])).rejects.toMatchObject({ code: 'InvalidInput' });
});

test('I8: concurrent batches in any order lose no label and block nobody', async () => {
  const ids = Array.from({ length: 200 }, (_, index) => `p${index}`);
  const batches = Array.from({ length: 8 }, (_, batch) => (batch % 2 === 0 ? ids : ids.toReversed()));
  const counts = await Promise.all(
    batches.map((batch, index) => db.observations.addFeedback(batch.map((id) => truth(id, index < 4 ? 'Yes' : 'No')))),
  );
  expect(counts.reduce((total, { accepted }) => total + accepted, 0)).toBe(200);
  const [row] = await db.query<{ total: string }>('select sum(contradictions) as total from feedback');
  expect(Number(row?.total)).toBe(counts.reduce((total, { contradicted }) => total + contradicted, 0));
});

test('a shadow copy is judged by the truth of the request it mirrors', async () => {
  const pairs: readonly (readonly [string, string])[] = [
    ['Yes', 'Yes'],
    ['Yes', 'No'],
    ['No', 'Yes'],
    ['No', 'Yes'],
    ['No', 'No'],
  ];
  await db.fleet.addPredictions(
    pairs.flatMap(([champion, shadow], index) => [
      aPrediction({ predictionId: `p${index}`, label: champion }),
      aPrediction({ predictionId: `s${index}`, arm: 'shadow', version: 2, label: shadow, shadowOf: `p${index}` }),
    ]),
  );
  await db.fleet.addPredictions([
    aPrediction({ predictionId: 'unlabelled' }),
    aPrediction({ predictionId: 's9', arm: 'shadow', label: 'Yes', shadowOf: 'unlabelled' }),
  ]);
  await db.observations.addFeedback(pairs.map((_, index) => truth(`p${index}`, 'Yes')));
  expect(await db.observations.pairedLabels('churn', 1)).toEqual({
    both: 1,
    championOnly: 1,
    challengerOnly: 2,
    neither: 1,
  });
  expect(await db.observations.pairedLabels('churn', 2)).toEqual({
    both: 0,
    championOnly: 0,
    challengerOnly: 0,
    neither: 0,
  });
});

test('an ejection is kept with the first reason of each process', async () => {
  const ejection = { endpoint: 'churn', epoch: 3, process: 'p1', reason: 'error rate 40 %' };
  await db.fleet.reportEjection(ejection);
  await db.fleet.reportEjection({ ...ejection, reason: 'again' });
  await db.fleet.reportEjection({ ...ejection, process: 'p2', reason: 'latency' });
  expect(await db.observations.ejections('churn', 3)).toEqual([
    { process: 'p1', reason: 'error rate 40 %' },
    { process: 'p2', reason: 'latency' },
  ]);
});

test('three thousand predictions go in at once, and again without effect', async () => {
  const rows = Array.from({ length: 3_000 }, (_, index) =>
    aPrediction({ predictionId: `p${index}`, stickyKeyHash: index % 700 }),
  );
  await db.fleet.addPredictions(rows);
  await db.fleet.addPredictions(rows);
  const [row] = await db.query('select (select count(*) from predictions), (select count(*) from arm_keys) as keys');
  expect(row).toEqual({ count: '3000', keys: '700' });
});
