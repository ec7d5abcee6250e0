import {
  bestSoFar,
  bestTrial,
  budgetReached,
  countTrials,
  type Dimension,
  dimensionsOf,
  gridSize,
  gridValues,
  isHopeless,
  isWithin,
  type ObjectiveSpec,
  paretoFront,
  type SweepSpec,
  studyOf,
  watchedMetric,
} from '@laurel/domain';
import * as fc from 'fast-check';
import { processorMilliseconds } from '../../../support/processor-time.js';

const accuracy: ObjectiveSpec = { metric: 'accuracy', goal: 'maximize' };
const brier: ObjectiveSpec = { metric: 'brier', goal: 'minimize' };
const complete = (number: number, ...values: number[]) => ({ number, state: 'complete' as const, values });

test('a range is whole when its declared parameter, its ends and its step are, unless the project says otherwise', () => {
  const range = { min: 0, max: 1, log: false, step: null, integer: null };
  const space = { depth: range, rate: range, forced: { ...range, integer: false }, step: { ...range, step: 0.5 } };
  const dimensions = dimensionsOf(space, { depth: 4, rate: 0.1, forced: 4, step: 1 });
  expect(dimensions.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    'depth integer',
    'forced float',
    'rate float',
    'step float',
  ]);
});

test('a grid has the listed values, every whole number or every step, and no end without a step', () => {
  const number = { name: 'x', min: 1, max: 4, log: false, step: null } as const;
  expect(gridValues({ ...number, kind: 'integer' })).toEqual([1, 2, 3, 4]);
  expect(gridValues({ ...number, kind: 'float', min: 0, max: 0.3, step: 0.1 })).toEqual([0, 0.1, 0.2, 0.3]);
  expect(gridValues({ ...number, kind: 'float' })).toBeNull();
  expect(gridValues({ ...number, kind: 'integer', log: true })).toBeNull();
  const choice: Dimension = { name: 'y', kind: 'choice', values: ['a', 'b'] };
  expect(gridSize([choice, { ...number, kind: 'integer' }])).toBe(8);
  expect(gridSize([choice, { ...number, kind: 'float' }])).toBeNull();
});

test('every point of a grid lies within its dimensions, ends included', () => {
  const range = fc.record({ min: fc.integer({ min: -50, max: 50 }), count: fc.integer({ min: 1, max: 20 }) });
  const steps = fc.constantFrom(1, 0.1, 0.25, 3);
  fc.assert(
    fc.property(range, steps, ({ min, count }, step) => {
      const dimension: Dimension = { name: 'x', kind: 'float', min, max: min + count * step, log: false, step };
      const values = gridValues(dimension) ?? [];
      expect(values).toHaveLength(count + 1);
      for (const x of values) expect(isWithin([{ ...dimension, max: dimension.max + 1e-9 }], { x })).toBe(true);
    }),
  );
});

test('parameters that are missing, foreign or outside do not lie within', () => {
  const dimensions: readonly Dimension[] = [
    { name: 'depth', kind: 'integer', min: 1, max: 4, log: false, step: null },
    { name: 'kind', kind: 'choice', values: ['a', 'b'] },
  ];
  expect(isWithin(dimensions, { depth: 4, kind: 'b', other: 1 })).toBe(true);
  for (const wrong of [{ depth: 4 }, { depth: 5, kind: 'a' }, { depth: 1.5, kind: 'a' }, { depth: 1, kind: 'c' }]) {
    expect(isWithin(dimensions, wrong)).toBe(false);
  }
});

test('the best trial is the one with the best value; of equal ones the first', () => {
  const trials = [
    complete(0, 0.7),
    complete(1, 0.9),
    complete(2, 0.9),
    { number: 3, state: 'pruned' as const, values: null },
  ];
  expect(bestTrial(trials, [accuracy])?.number).toBe(1);
  expect(bestTrial(trials, [brier])?.number).toBe(0);
  expect(bestTrial(trials.slice(3), [accuracy])).toBeNull();
});

test('nobody beats a trial of the front, somebody of the front beats or equals every other, and the best is on it', () => {
  const value = fc.integer({ min: 0, max: 5 });
  const any = fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(any, (points) => {
      const objectives = [accuracy, brier];
      const trials = points.map(([a, b], number) => complete(number, a, b));
      const front = paretoFront(trials, objectives);
      const beats = (a: number[], b: number[]) =>
        Number(a[0]) >= Number(b[0]) && Number(a[1]) <= Number(b[1]) && (a[0] !== b[0] || a[1] !== b[1]);
      for (const { values } of front) expect(trials.some((other) => beats(other.values, values))).toBe(false);
      for (const trial of trials.filter(({ number }) => !front.some((member) => member.number === number))) {
        expect(front.some((member) => beats(member.values, trial.values))).toBe(true);
      }
      const best = bestTrial(trials, objectives);
      expect(front).toContain(best);
      expect(best?.values[0]).toBe(Math.max(...trials.map(({ values }) => Number(values[0]))));
    }),
  );
});

test('the front and the best of ten thousand trials are found at once', () => {
  const trials = Array.from({ length: 10_000 }, (_, number) => complete(number, (number * 7_919) % 10_007));
  const started = processorMilliseconds();
  expect(paretoFront(trials, [accuracy])).toHaveLength(1);
  expect(bestTrial(trials, [accuracy])?.values[0]).toBe(10_006);
  expect(processorMilliseconds() - started).toBeLessThan(500);
});

test('the curve counts every step until each new best', () => {
  const at = (second: number) => new Date(1_000 * second).toISOString();
  const trials = [
    { ...complete(0, 0.5), steps: 10, endedAt: at(3) },
    { ...complete(1, 0.7), steps: 10, endedAt: at(1) },
    { number: 2, state: 'pruned' as const, values: null, steps: 4, endedAt: at(4) },
    { ...complete(3, 0.8), steps: 10, endedAt: at(5) },
    { number: 4, state: 'running' as const, values: null, steps: 6, endedAt: null },
  ];
  const curve = bestSoFar(trials, [accuracy]).map(({ trial, steps }) => [trial.number, steps]);
  expect(curve).toEqual([
    [1, 10],
    [3, 34],
  ]);
});

test('a budget is spent when one of its limits is reached', () => {
  const none = { gpuHours: null, duration: null, steps: null };
  const spent = { milliseconds: 3_600_000, steps: 100, gpuMilliseconds: 7_200_000 };
  expect(budgetReached(none, spent)).toBeNull();
  expect(budgetReached({ ...none, duration: '1h' }, spent)).toBe('1h');
  expect(budgetReached({ ...none, steps: 101 }, spent)).toBeNull();
  expect(budgetReached({ ...none, steps: 100 }, spent)).toBe('100 steps');
  expect(budgetReached({ ...none, gpuHours: 2 }, spent)).toBe('2 GPU hours');
});

test('a sweep is hopeless when a round of trials and six at least have failed and none has not', () => {
  const ends = (failed: number, others: number) => ({ ...countTrials([]), failed, pruned: others });
  expect(isHopeless(ends(5, 0), 2)).toBe(false);
  expect(isHopeless(ends(6, 0), 2)).toBe(true);
  expect(isHopeless(ends(6, 0), 8)).toBe(false);
  expect(isHopeless(ends(60, 1), 2)).toBe(false);
});

const sweep: SweepSpec = {
  algorithm: 'hyperband',
  trials: 10,
  parallel: 2,
  budget: { gpuHours: null, duration: null, steps: null },
  space: { rate: { min: 0.1, max: 1, log: true, step: null, integer: null } },
  objectives: [accuracy],
  earlyStopping: { kind: 'asha', metric: null, goal: null, minSteps: 5, every: 2, reduction: 3, maxSteps: 45 },
  warmStart: null,
  seed: 7,
};

test('a study knows what stops its trials', () => {
  const hyperband = { kind: 'hyperband', minSteps: 5, maxSteps: 45, reduction: 3 };
  expect(studyOf('run', sweep, { rate: 0.5 })).toMatchObject({ goals: ['maximize'], pruner: hyperband });
  const asha = studyOf('run', { ...sweep, algorithm: 'tpe' }, { rate: 0.5 });
  expect(asha.pruner).toEqual({ kind: 'asha', minSteps: 5, reduction: 3 });
  expect(studyOf('run', { ...sweep, earlyStopping: null }, { rate: 0.5 }).pruner).toBeNull();
});

test('a watched metric of the opposite goal is turned around', () => {
  expect(watchedMetric(sweep)).toEqual({ metric: 'accuracy', sign: 1, minSteps: 5, every: 2 });
  const stopping = sweep.earlyStopping;
  if (stopping === null) throw new Error('the sweep stops early');
  const loss = { ...sweep, earlyStopping: { ...stopping, metric: 'logloss', goal: 'minimize' as const } };
  expect(watchedMetric(loss)).toMatchObject({ metric: 'logloss', sign: -1 });
  expect(watchedMetric({ ...sweep, earlyStopping: null })).toBeNull();
});
