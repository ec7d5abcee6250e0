import {
  isDue,
  type MetricRisk,
  noLooks,
  normalQuantile,
  type PlannedLooks,
  type RolloutMetricSpec,
  randomFrom,
  riskOf,
  takeLook,
} from '@laurel/domain';

const spec: RolloutMetricSpec = { role: 'decision', direction: 'lower', margin: 0.05, minimumSample: 100 };
const risk: MetricRisk = riskOf({ ...spec, looks: 20, power: 0.8 }, [spec]);

test('the level is shared by the tests for harm, the chance to miss by the metrics', () => {
  const limited = { ...spec, hardLimit: 0.5 };
  const { harmAlpha, alpha, drift } = riskOf(spec, [spec, limited, spec]);
  expect(harmAlpha).toBeCloseTo(0.025 / 4, 12);
  expect(alpha).toBe(0.025);
  expect(drift).toBeCloseTo(normalQuantile(0.975) + normalQuantile(1 - 0.05 / 3), 12);
});

test('a level given in the plan reaches every test', () => {
  const { harmAlpha, alpha } = riskOf({ ...spec, alpha: 0.01 }, [spec]);
  expect([harmAlpha, alpha]).toEqual([0.005, 0.005]);
});

test('a look is due when the information has passed a point of the plan, and only once', () => {
  expect(isDue(noLooks, 0.049, 20)).toBe(false);
  expect(isDue(noLooks, 0.05, 20)).toBe(true);
  const taken = takeLook(noLooks, { information: 0.05, statistic: 0 }, risk);
  expect(isDue(taken, 0.06, 20)).toBe(false);
  expect(isDue(taken, 0.1, 20)).toBe(true);
  expect(isDue({ ...taken, ended: 'missed' }, 1, 20)).toBe(false);
});

test('information that comes in a rush is looked at once, at what there is', () => {
  const { fractions, boundary } = takeLook(noLooks, { information: 7, statistic: 1.97 }, risk);
  expect(fractions).toEqual([1]);
  expect(boundary).toBeCloseTo(1.959964, 5);
});

test('what is shown ends the plan, what is not by its end has missed', () => {
  const half = takeLook(noLooks, { information: 0.5, statistic: 2.5 }, risk);
  expect(half.ended).toBeNull();
  expect(takeLook(half, { information: 1, statistic: 2.1 }, risk).ended).toBe('shown');
  expect(takeLook(half, { information: 1, statistic: 1.9 }, risk).ended).toBe('missed');
  expect(takeLook(noLooks, { information: 0.5, statistic: 3.1 }, risk).ended).toBe('shown');
});

test('a plan that most likely cannot end well any more is futile', () => {
  expect(takeLook(noLooks, { information: 0.1, statistic: 0 }, risk).ended).toBeNull();
  expect(takeLook(noLooks, { information: 0.6, statistic: -1.5 }, risk).ended).toBe('futile');
});

/** Twenty looks of a walk with `drift` at its end. */
function planned(random: { next(): number }, drift: number): PlannedLooks['ended'] {
  let looks = noLooks;
  let sum = 0;
  for (let look = 1; look <= 20 && looks.ended === null; look += 1) {
    sum += drift / 20 + normalQuantile(Math.max(1e-12, random.next())) / Math.sqrt(20);
    const information = look / 20;
    looks = takeLook(looks, { information, statistic: sum / Math.sqrt(information) }, risk);
  }
  return looks.ended;
}

test('twenty looks promote equal arms no more often than promised, and better ones about as often as planned', () => {
  const random = randomFrom(4);
  const share = (drift: number, walks: number) =>
    Array.from({ length: walks }, () => planned(random, drift)).filter((ended) => ended === 'shown').length / walks;
  expect(share(0, 400)).toBeLessThan(0.055);
  expect(share(2.5, 300)).toBeGreaterThan(0.6);
});
