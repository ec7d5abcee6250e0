import { LaurelError } from '@laurel/contracts';
import { createBreakers } from '../../../apps/serving/src/plane/breakers.js';

const split = { endpoint: 'churn', baseline: null };
const version = (number: number) => ({ version: number, digest: `sha256:${number}` as const, semver: `1.${number}.0` });
const broken = new LaurelError('ModelOutputInvalid', 'NaN.');

test('a version that failed 20 times is left alone, another version of the endpoint is not', () => {
  const breakers = createBreakers(
    () => true,
    () => 1_000,
  );
  for (let request = 0; request < 20; request++) breakers.enter(split, version(1)).failed(broken);
  expect(() => breakers.enter(split, version(1))).toThrow(expect.objectContaining({ code: 'BreakerOpen' }) as Error);
  breakers.enter(split, version(2)).succeeded(1, true);
});

test.each(['InvalidInput', 'Overloaded', 'DeadlineExceeded', 'Cancelled', 'ModelNotReady'] as const)(
  '%s is not the model’s doing',
  (code) => {
    const breakers = createBreakers(
      () => true,
      () => 1_000,
    );
    for (let request = 0; request < 100; request++)
      breakers.enter(split, version(1)).failed(new LaurelError(code, 'No.'));
    expect(breakers.snapshots()[0]?.breaker.state).toBe('closed');
  },
);

const policy = {
  sla: { latencyMilliseconds: 50, confidence: null },
  batching: { maximumRows: 64 },
  log: { durability: 'relaxed' as const, sample: 100, redact: [] },
};

test.each([
  ['a baseline answers instead of a version that is slower than the endpoint allows', { label: 'No' }, 'open'],
  ['without a baseline a slow version goes on answering', null, 'closed'],
])('%s', (_, baseline, state) => {
  const breakers = createBreakers(
    () => true,
    () => 1_000,
  );
  for (let request = 0; request < 20; request++)
    breakers.enter({ ...split, baseline, policy }, version(1)).succeeded(51, true);
  expect(breakers.snapshots()[0]?.breaker.state).toBe(state);
});

test('a slow version goes on where nothing else answers, and not where a version can', () => {
  const states = [true, false].map((canFallBack) => {
    const breakers = createBreakers(
      () => true,
      () => 1_000,
    );
    for (let request = 0; request < 20; request++)
      breakers.enter({ ...split, policy }, version(1), canFallBack).succeeded(51, true);
    return breakers.snapshots()[0]?.breaker.state;
  });
  expect(states).toEqual(['open', 'closed']);
});

test('breakers of versions that are no longer loaded are forgotten, however many versions come and go', () => {
  let loaded = 1;
  const breakers = createBreakers((digest) => digest === `sha256:${loaded}` || digest === `sha256:${loaded - 1}`);
  for (loaded = 1; loaded <= 1_000; loaded++) breakers.enter(split, version(loaded)).succeeded(1, true);
  expect(breakers.snapshots().length).toBeLessThanOrEqual(3);
});
