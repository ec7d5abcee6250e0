import { type Digest, dimensionsOf, isWithin, type Study, type TrainerParameters } from '@laurel/domain';
import { createTestDatabase, type TestDatabase } from '../postgres/database.js';
import { aStudy, booster, depth, openSampler, rate } from './given-sampler.js';

let db: TestDatabase;
let sampler: ReturnType<typeof openSampler>;
beforeAll(async () => {
  db = await createTestDatabase();
  sampler = openSampler(db.url);
});
afterAll(async () => {
  await sampler.close();
  await db.drop();
});

const digest: Digest = `sha256:${'a'.repeat(64)}`;
const complete = (...values: readonly number[]) => ({ kind: 'complete', values, package: digest }) as const;

async function ask(study: Study, number: number, from = sampler): Promise<TrainerParameters> {
  const parameters = await from.ask(study, number);
  if (parameters === null) throw new Error(`no parameters for trial ${number}`);
  return parameters;
}

/** Best near rate 0.1 and depth 7, with trees. */
function score({ rate: r, depth: d, booster: b }: TrainerParameters): number {
  return -((Math.log10(Number(r)) + 1) ** 2) - 0.05 * (Number(d) - 7) ** 2 - (b === 'tree' ? 0 : 1);
}

test.each(['random', 'tpe', 'asha', 'hyperband', 'nsga2'] as const)(
  '%s gives parameters within the space, and the same ones to the same number',
  async (algorithm) => {
    const study = aStudy({ algorithm });
    const first = await ask(study, 0);
    const second = await ask(study, 1);
    expect(isWithin(study.dimensions, first)).toBe(true);
    expect(Number.isInteger(first['depth'])).toBe(true);
    expect(second).not.toEqual(first);
    expect(await ask(study, 0)).toEqual(first);
  },
);

test('trials of a sweep of the same seed get the same parameters again, whoever asks', async () => {
  const one = aStudy({ algorithm: 'random' });
  const drawn = [await ask(one, 0), await ask(one, 1), await ask(one, 2)];
  const other = openSampler(db.url);
  const again = { ...one, name: aStudy().name };
  expect([await ask(again, 0, other), await ask(again, 1, other), await ask(again, 2, other)]).toEqual(drawn);
  await other.close();
});

test('numbers asked out of order, at once and from two processes get one trial each', async () => {
  const study = aStudy({ parallel: 8 });
  const other = openSampler(db.url);
  const numbers = [5, 3, 7, 0, 6, 2, 4, 1];
  const answers = await Promise.all(numbers.flatMap((number) => [ask(study, number), ask(study, number, other)]));
  await other.close();
  const byNumber = numbers.map((_, index) => answers.slice(2 * index, 2 * index + 2));
  for (const [mine, theirs] of byNumber) expect(theirs).toEqual(mine);
  expect(new Set(answers.map((parameters) => JSON.stringify(parameters))).size).toBe(numbers.length);
});

test('a sampler killed between two answers answers the same afterwards', async () => {
  const study = aStudy({ algorithm: 'cmaes', dimensions: [depth, rate] });
  const drawn: TrainerParameters[] = [];
  for (let number = 0; number < 6; number += 1) {
    const doomed = openSampler(db.url);
    drawn.push(await ask(study, number, doomed));
    await doomed.tell(study, { number, result: complete(score(drawn[number] ?? {})) });
    await doomed.tell(study, { number, result: complete(99) });
    await doomed.close();
  }
  for (const [number, parameters] of drawn.entries()) expect(await ask(study, number)).toEqual(parameters);
});

test('TPE gets nearer to the best than its first trials', async () => {
  const study = aStudy();
  const scores: number[] = [];
  for (let number = 0; number < 40; number += 1) {
    const parameters = await ask(study, number);
    scores.push(score(parameters));
    await sampler.tell(study, { number, result: complete(score(parameters)) });
  }
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean(scores.slice(30))).toBeGreaterThan(mean(scores.slice(0, 10)) + 0.5);
  const [shares = []] = await sampler.importance(study);
  expect(shares.map(({ parameter }) => parameter).toSorted()).toEqual(['booster', 'depth', 'rate']);
  expect(shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 6);
});

test('a grid has each of its points once, and then none', async () => {
  const dimensions = dimensionsOf(
    { depth: { min: 2, max: 6, step: 2, log: false, integer: null }, booster: { values: ['tree', 'linear'] } },
    { depth: 3, booster: 'tree' },
  );
  const study = aStudy({ algorithm: 'grid', dimensions });
  const points: string[] = [];
  for (let number = 0; number < 6; number += 1) {
    const point = await ask(study, number);
    points.push(`${String(point['booster'])} ${String(point['depth'])}`);
    await sampler.tell(study, { number, result: complete(number) });
  }
  expect(points.toSorted()).toEqual(['linear 2', 'linear 4', 'linear 6', 'tree 2', 'tree 4', 'tree 6']);
  expect(await sampler.ask(study, 6)).toBeNull();
});

test('with halving, a trial worse than its rung is stopped, and the best goes on', async () => {
  const study = aStudy({ algorithm: 'asha', pruner: { kind: 'asha', minSteps: 10, reduction: 4 } });
  const stopped: number[] = [];
  for (let number = 0; number < 8; number += 1) {
    await ask(study, number);
    const value = number === 5 ? 0.9 : 0.8 - number / 10;
    if (await sampler.report(study, { number, step: 5, value })) throw new Error('stopped before the first rung');
    if (await sampler.report(study, { number, step: 10, value })) stopped.push(number);
  }
  expect(stopped).not.toContain(0);
  expect(stopped).not.toContain(5);
  expect(stopped).toEqual([1, 2, 3, 4, 6, 7]);
});

test('the median stops a trial that is worse than half of those before it', async () => {
  const study = aStudy({ algorithm: 'random', pruner: { kind: 'median', minSteps: 1, every: 1 } });
  for (let number = 0; number < 6; number += 1) {
    await ask(study, number);
    await sampler.report(study, { number, step: 10, value: number });
    await sampler.tell(study, { number, result: complete(number) });
  }
  await ask(study, 6);
  await ask(study, 7);
  expect(await sampler.report(study, { number: 6, step: 10, value: 1 })).toBe(true);
  expect(await sampler.report(study, { number: 7, step: 10, value: 4 })).toBe(false);
});

test('what was found before is known from the start, and learnt once', async () => {
  const study = aStudy({ dimensions: [depth, rate] });
  const known = Array.from({ length: 20 }, (_, index) => {
    const parameters = { depth: 1 + (index % 10), rate: 0.001 * 10 ** (index / 7) };
    return { key: `run-${index}`, parameters, values: [score({ ...parameters, booster: 'tree' })] };
  });
  await sampler.learn(study, known);
  await sampler.learn(study, known);
  const rows = await db.query<{ count: string }>(
    `select count(*) from laurel_sampler.trials join laurel_sampler.studies using (study_id) where study_name = $1`,
    [study.name],
  );
  expect(rows[0]?.count).toBe('20');
  expect((await sampler.importance(study))[0]).toHaveLength(2);
  expect(isWithin(study.dimensions, await ask(study, 0))).toBe(true);
});

test('several objectives are told together, and each has its importance', async () => {
  const study = aStudy({ algorithm: 'nsga2', goals: ['maximize', 'minimize'], dimensions: [booster, depth, rate] });
  for (let number = 0; number < 24; number += 1) {
    const parameters = await ask(study, number);
    await sampler.tell(study, { number, result: complete(score(parameters), Number(parameters['depth'])) });
  }
  const shares = await sampler.importance(study);
  expect(shares).toHaveLength(2);
  expect(shares[1]?.[0]?.parameter).toBe('depth');
});

test('a failed, pruned or cancelled trial ends as such, an unknown one changes nothing', async () => {
  const study = aStudy();
  for (const number of [0, 1, 2]) await ask(study, number);
  await sampler.tell(study, { number: 0, result: { kind: 'failed', code: 'TrainerFailed', message: 'no' } });
  await sampler.tell(study, { number: 1, result: { kind: 'pruned', reason: 'behind' } });
  await sampler.tell(study, { number: 2, result: { kind: 'cancelled' } });
  await sampler.tell(study, { number: 9, result: complete(1) });
  const states = await db.query<{ state: string }>(
    `select state::text from laurel_sampler.trials join laurel_sampler.studies using (study_id)
     where study_name = $1 order by number`,
    [study.name],
  );
  expect(states.map(({ state }) => state)).toEqual(['FAIL', 'PRUNED', 'FAIL']);
});

test('a database that is away is one sentence and may be tried again', async () => {
  const lost = openSampler('postgres://nobody:secret@127.0.0.1:1/none');
  await expect(lost.ask(aStudy(), 0)).rejects.toMatchObject({ name: 'DependencyUnavailable', retryable: true });
  await expect(lost.ask(aStudy(), 0)).rejects.not.toThrow(/secret/);
  await lost.close();
});
