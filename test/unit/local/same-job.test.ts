import type { JobSpec } from '@laurel/domain';
import { sameJob } from '../../../libs/local/src/same-job.js';

const spec = {
  name: 'churn-1',
  attempt: 1,
  seed: 7,
  parameters: { depth: 3, rate: 0.1 },
  image: null,
} as unknown as JobSpec;

test('the same fields in another order are the same job', () => {
  const { name, ...rest } = spec;
  expect(sameJob(spec, { ...rest, name, parameters: { rate: 0.1, depth: 3 } })).toBe(true);
});

test.each([{ seed: 8 }, { parameters: { depth: 4, rate: 0.1 } }, { image: 'other' }])('%j is another job', (change) => {
  expect(sameJob(spec, { ...spec, ...change })).toBe(false);
});

test('a field that another release of Laurel does not know is no difference', () => {
  expect(sameJob(spec, { ...spec, ofTomorrow: 1 } as unknown as JobSpec)).toBe(true);
});
