import { setTimeout as pause } from 'node:timers/promises';
import { LaurelError } from '@laurel/contracts';
import type { Tensor } from '@laurel/domain';
import type { Batch } from '@laurel/ports';
import * as fc from 'fast-check';
import { createBatcher, type Ran, type RunWish } from '../../../apps/serving/src/plane/batcher.js';

const wish: RunWish = { deadline: null, priority: 0, isCancelled: () => false };
const limits = { maximumRows: 64, maximumWaitingRows: 1_000 };
const cost = { maximumRows: 64, milliseconds: 0.1 };

/** A batch of rows of two numbers. */
const batchOf = (...rows: readonly number[]): Batch => ({
  rows: rows.length,
  tensors: [
    {
      name: 'x',
      datatype: 'FP32',
      shape: [rows.length, 2],
      data: Float32Array.from(rows.flatMap((row) => [row, -row])),
    },
  ],
});

const numbersOf = ([tensor]: readonly Tensor[]) => Array.from((tensor?.data ?? []) as Float32Array);

/** Doubles the first number of each row; notes the rows of each run. Fails a run that holds the number 13. */
function doubling(options: { readonly sharesRuns?: boolean; readonly takes?: number } = {}) {
  const runs: number[] = [];
  return {
    runs,
    cost,
    sharesRuns: options.sharesRuns ?? true,
    run: async ({ rows, tensors }: Batch): Promise<readonly Tensor[]> => {
      runs.push(rows);
      const given = numbersOf(tensors);
      await pause(options.takes ?? 0);
      if (given.includes(13)) throw new LaurelError('ModelOutputInvalid', 'The model failed on this input.');
      const data = Float32Array.from(
        given.filter((_, index) => index % 2 === 0),
        (value) => 2 * value,
      );
      return [{ name: 'y', datatype: 'FP32', shape: [rows], data }];
    },
  };
}

const valuesOf = async (ran: Promise<Ran>) => numbersOf((await ran).outputs);

test('a burst is the run of its first request and one of all others, and each gets its own rows back', async () => {
  const model = doubling();
  const batcher = createBatcher(model, limits);
  const burst = () =>
    Promise.all([batchOf(1), batchOf(2, 3), batchOf(4)].map((batch) => valuesOf(batcher.run(batch, wish))));
  expect(await burst()).toEqual([[2], [4, 6], [8]]);
  expect(model.runs).toEqual([1, 3]);
});

test('once runs are shared, requests of one turn of the loop are one run', async () => {
  const model = doubling();
  const batcher = createBatcher(model, limits);
  const burst = () => Promise.all([1, 2, 3, 4].map((row) => batcher.run(batchOf(row), wish)));
  await burst();
  await burst();
  expect(model.runs).toEqual([1, 3, 4]);
});

test('a request alone waits for nobody', async () => {
  const model = doubling();
  expect(await valuesOf(createBatcher(model, limits).run(batchOf(5), wish))).toEqual([10]);
  expect(model.runs).toEqual([1]);
});

test('what arrives while a run is in flight is the next run', async () => {
  const model = doubling({ takes: 20 });
  const batcher = createBatcher(model, limits);
  const first = batcher.run(batchOf(1), wish);
  await pause(5);
  const others = [2, 3, 4].map((row) => batcher.run(batchOf(row), wish));
  await Promise.all([first, ...others]);
  expect(model.runs).toEqual([1, 3]);
});

test('any requests in any order get what they would get alone', async () => {
  const requests = fc.array(
    fc.tuple(fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 5 }), fc.nat({ max: 3 })),
    { minLength: 1, maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(requests, async (all) => {
      const batcher = createBatcher(doubling({ takes: 1 }), { ...limits, maximumRows: 8 });
      const answers = await Promise.all(
        all.map(async ([rows, delay]) => {
          await pause(delay);
          return valuesOf(batcher.run(batchOf(...rows), wish));
        }),
      );
      expect(answers).toEqual(all.map(([rows]) => rows.map((row) => 2 * row)));
    }),
    { numRuns: 50, seed: 4 },
  );
});

test('a run holds no more rows than the limit, which an endpoint may lower', async () => {
  const model = doubling();
  const batcher = createBatcher(model, limits);
  await Promise.all(Array.from({ length: 10 }, (_, row) => batcher.run(batchOf(row), wish, 4)));
  expect(model.runs).toEqual([1, 4, 4, 1]);
});

test('a request whose values fail the run of all fails alone', async () => {
  const model = doubling();
  const batcher = createBatcher(model, limits);
  const results = await Promise.allSettled(
    [batchOf(1), batchOf(13), batchOf(2)].map((batch) => valuesOf(batcher.run(batch, wish))),
  );
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(model.runs).toEqual([1, 2, 1, 1]);
});

test('a graph that dies of a shared run fails all of it, also when it is not back for the runs alone', async () => {
  let runs = 0;
  const dying = {
    ...doubling(),
    run: async (batch: Batch) => {
      runs += 1;
      if (batch.rows > 1) throw new LaurelError('ModelOutputInvalid', 'The process died.');
      if (runs > 2) throw new LaurelError('ModelNotReady', 'It is being started.');
      return doubling().run(batch);
    },
  };
  const batcher = createBatcher(dying, limits);
  const results = await Promise.allSettled([1, 2, 3].map((row) => batcher.run(batchOf(row), wish)));
  const died = { reason: { code: 'ModelOutputInvalid' } };
  expect(results.slice(1)).toMatchObject([died, died]);
});

test('a graph that gives fewer rows than it got is asked for each request alone', async () => {
  const merging = {
    ...doubling(),
    run: async ({ rows }: Batch): Promise<readonly Tensor[]> => [
      { name: 'y', datatype: 'FP32', shape: [1], data: Float32Array.of(rows) },
    ],
  };
  const batcher = createBatcher(merging, limits);
  const answers = await Promise.all([1, 2, 3].map((row) => valuesOf(batcher.run(batchOf(row), wish))));
  expect(answers).toEqual([[1], [1], [1]]);
});

test('requests of another layout are another run', async () => {
  const model = doubling();
  const batcher = createBatcher(model, limits);
  const wide: Batch = {
    rows: 1,
    tensors: [{ name: 'x', datatype: 'FP32', shape: [1, 4], data: Float32Array.of(1, 2, 3, 4) }],
  };
  await Promise.all([batchOf(1), batchOf(2), wide, batchOf(3)].map((batch) => batcher.run(batch, wish)));
  expect(model.runs).toEqual([1, 2, 1]);
});

test('a graph whose rows are no batch runs one request at a time', async () => {
  const model = doubling({ sharesRuns: false });
  const batcher = createBatcher(model, limits);
  await Promise.all([1, 2, 3].map((row) => batcher.run(batchOf(row), wish)));
  expect(model.runs).toEqual([1, 1, 1]);
});

test('a request that nobody waits for, or whose deadline has passed, is not run', async () => {
  const model = doubling();
  const batcher = createBatcher(model, limits);
  await expect(batcher.run(batchOf(1), { ...wish, isCancelled: () => true })).rejects.toMatchObject({
    code: 'Cancelled',
  });
  await expect(batcher.run(batchOf(1), { ...wish, deadline: performance.now() - 1 })).rejects.toMatchObject({
    code: 'DeadlineExceeded',
  });
  expect(model.runs).toEqual([]);
  expect(batcher.waitingRows()).toBe(0);
});

test('among those that wait the urgent goes first', async () => {
  const model = doubling({ takes: 2 });
  const batcher = createBatcher(model, { ...limits, maximumRows: 1 });
  const order: number[] = [];
  await Promise.all(
    [0, 0, -5].map((priority, index) =>
      batcher.run(batchOf(index), { ...wish, priority }).then(() => order.push(index)),
    ),
  );
  expect(order).toEqual([0, 2, 1]);
});

test('rows beyond what may wait are shed at once', async () => {
  const batcher = createBatcher(doubling({ takes: 5 }), { maximumRows: 2, maximumWaitingRows: 4 });
  const results = await Promise.allSettled([1, 2, 3, 4, 5, 6].map((row) => batcher.run(batchOf(row), wish)));
  expect(results.map(({ status }) => status)).toEqual([...Array(5).fill('fulfilled'), 'rejected']);
  expect(results[5]).toMatchObject({ reason: { code: 'Overloaded' } });
});

test('under load that lasts, what would wait too long is shed, and runs stay full', async () => {
  const model = { ...doubling({ takes: 20 }), cost: { maximumRows: 4, milliseconds: 10 } };
  const batcher = createBatcher(model, { maximumRows: 4, maximumWaitingRows: 1_000 });
  const outcomes: Promise<string>[] = [];
  const end = performance.now() + 600;
  while (performance.now() < end) {
    for (let caller = 0; caller < 8; caller++) {
      const asked = batcher.run(batchOf(1), wish);
      outcomes.push(
        asked.then(
          () => 'answered',
          (error: LaurelError) => error.code,
        ),
      );
    }
    await pause(1);
  }
  const all = await Promise.all(outcomes);
  expect(new Set(all)).toEqual(new Set(['answered', 'Overloaded']));
  const late = model.runs.slice(-12, -2);
  expect(late.reduce((sum, rows) => sum + rows, 0) / late.length).toBeGreaterThan(3.5);
  expect(batcher.waitingRows()).toBe(0);
});

test('the time that a request is told is that of its run, not of waiting for it', async () => {
  const batcher = createBatcher(doubling({ takes: 40 }), limits);
  const first = batcher.run(batchOf(1), wish);
  const second = batcher.run(batchOf(2), wish);
  const startedAt = performance.now();
  const { milliseconds } = await second;
  expect(performance.now() - startedAt - milliseconds).toBeGreaterThan(30);
  await first;
});

test('a large request is run in pieces that the loop can spare the time for, and comes back whole', async () => {
  const model = { ...doubling(), cost: { maximumRows: 64, milliseconds: 2 } };
  const rows = Array.from({ length: 150 }, (_, row) => row % 12);
  expect(await valuesOf(createBatcher(model, limits).run(batchOf(...rows), wish))).toEqual(rows.map((row) => 2 * row));
  expect(model.runs).toEqual([64, 64, 22]);
});
