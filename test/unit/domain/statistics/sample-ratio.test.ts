import { randomFrom, sampleRatioMismatch, sampleRatioOverSteps, sequentialSampleRatioP } from '@laurel/domain';

const ramp = [
  { counts: [9500, 500], weights: [95, 5] },
  { counts: [7500, 2500], weights: [75, 25] },
];

test('a ramp that gave every step its shares raises no alarm, though its pooled counts would', () => {
  expect(sampleRatioOverSteps(ramp)).toEqual({ chiSquare: 0, degreesOfFreedom: 2, pValue: 1 });
  expect(sampleRatioMismatch({ counts: [17_000, 3000], weights: [75, 25] })?.chiSquare).toBeCloseTo(1066.7, 1);
  expect(sequentialSampleRatioP(ramp)).toBe(1);
});

test('chi-squares and degrees of freedom of the steps add up', () => {
  const steps = [
    { counts: [550, 450], weights: [50, 50] },
    { counts: [520, 480], weights: [50, 50] },
  ];
  const result = sampleRatioOverSteps(steps);
  expect(result?.chiSquare).toBeCloseTo(11.6, 9);
  expect(result?.degreesOfFreedom).toBe(2);
  expect(result?.pValue).toBeCloseTo(Math.exp(-5.8), 9);
});

test('steps too small to test are left out', () => {
  expect(sampleRatioOverSteps([{ counts: [9, 1], weights: [50, 50] }])).toBeNull();
  expect(sampleRatioOverSteps([...ramp, { counts: [9, 1], weights: [50, 50] }])?.degreesOfFreedom).toBe(2);
  expect(sampleRatioOverSteps([])).toBeNull();
});

test.each([
  { counts: [600, 400], weights: [50, 50], alarm: true },
  { counts: [550, 450], weights: [50, 50], alarm: false },
  { counts: [520, 480], weights: [50, 50], alarm: false },
  { counts: [10_000, 10_400], weights: [50, 50], alarm: false },
  { counts: [821_588, 815_482], weights: [50, 50], alarm: true },
  { counts: [9400, 600], weights: [95, 5], alarm: true },
  { counts: [960, 40], weights: [95, 5], alarm: false },
])('$counts at $weights: the sequential test agrees with the table at .001', ({ counts, weights, alarm }) => {
  expect(sequentialSampleRatioP([{ counts, weights }]) < 0.001).toBe(alarm);
});

test('an arm that gets nothing, or gets something without a weight, is a mismatch', () => {
  expect(sequentialSampleRatioP([{ counts: [3000, 0], weights: [75, 25] }])).toBeLessThan(1e-30);
  expect(sequentialSampleRatioP([{ counts: [10, 1], weights: [100, 0] }])).toBe(0);
  expect(sequentialSampleRatioP([{ counts: [0, 0], weights: [50, 50] }])).toBe(1);
  expect(() => sequentialSampleRatioP([{ counts: [1], weights: [50, 50] }])).toThrow('same length');
});

test('a sound split looked at after every tenth request hardly ever raises an alarm', () => {
  const random = randomFrom(9);
  let alarms = 0;
  for (let trial = 0; trial < 100; trial += 1) {
    const counts = [0, 0];
    for (let request = 0; request < 2000; request += 1) {
      const arm = random.next() < 0.05 ? 1 : 0;
      counts[arm] = (counts[arm] ?? 0) + 1;
      if (request % 10 === 0 && sequentialSampleRatioP([{ counts, weights: [95, 5] }]) < 0.001) {
        alarms += 1;
        break;
      }
    }
  }
  expect(alarms).toBeLessThanOrEqual(1);
});
