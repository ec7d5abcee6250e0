import {
  addCost,
  addSample,
  hourlyPrice,
  type JobResources,
  memoryBytes,
  type PaceSample,
  paceOf,
} from '@laurel/domain';

const samplesOf = (pairs: readonly (readonly [step: number, at: number])[]) =>
  pairs.reduce<readonly PaceSample[]>((samples, [step, at]) => addSample(samples, { step, at }), []);

test('speed is measured over the window, and the time to go follows from it', () => {
  const samples = samplesOf([
    [0, 0],
    [50, 5_000],
    [100, 10_000],
  ]);
  expect(paceOf(samples, 300)).toEqual({ stepsPerSecond: 10, etaSeconds: 20 });
  expect(paceOf(samples, null)).toEqual({ stepsPerSecond: 10, etaSeconds: null });
});

test('one look says nothing about speed', () => {
  expect(paceOf([], 10)).toEqual({ stepsPerSecond: null, etaSeconds: null });
  expect(paceOf(samplesOf([[5, 100]]), 10)).toEqual({ stepsPerSecond: null, etaSeconds: null });
});

test('a step that went back starts the measurement afresh', () => {
  const samples = samplesOf([
    [90, 0],
    [100, 1_000],
    [50, 2_000],
    [51, 3_000],
  ]);
  expect(paceOf(samples, 100).stepsPerSecond).toBe(1);
});

test('a trainer that reports every millisecond for an hour costs no memory and keeps its window', () => {
  let samples: readonly PaceSample[] = [];
  for (let at = 0; at < 300_000; at += 10) samples = addSample(samples, { step: at / 10, at });
  expect(samples.length).toBeLessThanOrEqual(64);
  expect(paceOf(samples, null).stepsPerSecond).toBeCloseTo(100, 6);
  expect(samples.at(-1)!.at - samples[0]!.at).toBeGreaterThan(60_000);
});

const resources = (gpus: number, kind: string | null = null): JobResources => ({
  cpus: 4,
  memoryBytes: 0,
  gpu: { count: gpus, kind, shared: false },
  sharedMemoryBytes: null,
});
const prices = { currency: 'EUR', hourly: { gpu: 2, 'gpu/spot': 0.5, 'nvidia-l4': 0.7, cpu: 0.05 } };

test('GPUs cost by kind and placement, times the workers, with the cores beside them', () => {
  const price = (gpu: JobResources, placement: 'spot' | 'onDemand', workers = 1) =>
    hourlyPrice({ resources: gpu, workers, placement }, prices)?.amount;
  expect(price(resources(2), 'onDemand')).toBeCloseTo(4.2);
  expect(price(resources(2), 'spot', 3)).toBeCloseTo(3.6);
  expect(price(resources(1, 'nvidia-l4'), 'spot')).toBeCloseTo(0.9);
  expect(price(resources(1, 'nvidia-a100'), 'onDemand')).toBeCloseTo(2.2);
  expect(price(resources(0), 'onDemand')).toBeCloseTo(0.2);
});

test('where a price is missing nothing is made up', () => {
  const job = { resources: resources(1), workers: 1, placement: 'onDemand' } as const;
  expect(hourlyPrice(job, null)).toBeNull();
  expect(hourlyPrice(job, { currency: 'EUR', hourly: { cpu: 1 } })).toBeNull();
  expect(hourlyPrice({ ...job, resources: resources(0) }, { currency: 'EUR', hourly: { gpu: 1 } })).toBeNull();
});

test('costs add up within a currency', () => {
  expect(addCost(null, null)).toBeNull();
  expect(addCost({ amount: 1, currency: 'EUR' }, null)).toEqual({ amount: 1, currency: 'EUR' });
  expect(addCost({ amount: 1, currency: 'EUR' }, { amount: 2, currency: 'EUR' })).toEqual({
    amount: 3,
    currency: 'EUR',
  });
});

test('sizes are read as Kubernetes writes them', () => {
  expect([memoryBytes('512Mi'), memoryBytes('2Gi'), memoryBytes('1.5Ki'), memoryBytes('7')]).toEqual([
    536_870_912, 2_147_483_648, 1_536, 7,
  ]);
});
