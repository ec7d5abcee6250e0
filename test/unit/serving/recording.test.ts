import type { ArmSums, Split } from '@laurel/domain';
import * as fc from 'fast-check';
import { createSumsBySecond, heartbeats } from '../../../apps/serving/src/recording/arm-sums.js';
import { createOutbox } from '../../../apps/serving/src/recording/outbox.js';

const arm = { endpoint: 'churn', epoch: 1, arm: 'champion' as const, version: 1 };

test('nothing that is counted is lost or counted twice, however the seconds are taken out', () => {
  const count = fc.record({
    second: fc.integer({ min: 0, max: 5 }),
    errors: fc.constantFrom(0, 1),
    take: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(count), (counts) => {
      const sums = createSumsBySecond('p');
      const taken: ArmSums[] = [];
      for (const { second, errors, take } of counts) {
        sums.add({ ...arm, requests: 1, errors, disagreements: 0, milliseconds: 1 }, second);
        if (take) taken.push(...sums.takeBefore(3));
      }
      taken.push(...sums.takeBefore(100));
      const total = (field: 'requests' | 'errors') => taken.reduce((sum, row) => sum + row[field], 0);
      expect(total('requests')).toBe(counts.length);
      expect(total('errors')).toBe(counts.filter(({ errors }) => errors === 1).length);
    }),
  );
});

test('a second is taken out only once it is over', () => {
  const sums = createSumsBySecond('p');
  sums.add({ ...arm, requests: 1, errors: 0, disagreements: 0, milliseconds: 2 }, 10);
  expect(sums.takeBefore(10)).toEqual([]);
  expect(sums.takeBefore(11)).toMatchObject([{ second: 10, requests: 1, process: 'p' }]);
});

test('arms that were not asked get sums of zero, the others do not get a second one', () => {
  const version = { version: 1, digest: `sha256:${'a'.repeat(64)}` as const, semver: '1.0.0' };
  const split: Split = {
    endpoint: 'churn',
    epoch: 1,
    fence: 1,
    incarnation: 1,
    stickyKey: null,
    salt: 's',
    baseline: null,
    appliedBy: 't',
    appliedAt: '2026-01-31T09:00:00.000Z',
    reason: 't',
    arms: [
      { ...version, role: 'champion', weight: 90 },
      { ...version, version: 2, role: 'challenger', weight: 10 },
    ],
    shadow: { ...version, version: 3, sample: 10 },
  };
  const given: ArmSums = { ...arm, process: 'p', second: 9, requests: 4, errors: 0, disagreements: 0, latency: {} };
  const beats = heartbeats([split], [given], { process: 'p', second: 9 });
  expect(beats.map((beat) => [beat.arm, beat.version, beat.requests])).toEqual([
    ['challenger', 2, 0],
    ['shadow', 3, 0],
  ]);
});

test('rows wait while sending fails, the oldest are dropped beyond the capacity, and the rest goes out in order', async () => {
  const sent: number[] = [];
  let away = true;
  let dropped = 0;
  const outbox = createOutbox<number>({
    send: async (rows) => {
      if (away) throw new Error('away');
      sent.push(...rows);
    },
    capacity: 10,
    batch: 3,
    onDropped: (rows) => {
      dropped += rows;
    },
    attempt: async (work) =>
      work().then(
        () => true,
        () => false,
      ),
  });
  outbox.push([1, 2, 3, 4, 5, 6, 7]);
  await outbox.flush();
  outbox.push([8, 9, 10, 11, 12]);
  expect({ size: outbox.size(), dropped }).toEqual({ size: 10, dropped: 2 });
  away = false;
  await Promise.all([outbox.flush(), outbox.flush()]);
  expect(sent).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});
