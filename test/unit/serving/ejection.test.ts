import { LaurelError } from '@laurel/contracts';
import type { Split } from '@laurel/domain';
import type { Served } from '../../../apps/serving/src/predictions.js';
import { createContact } from '../../../apps/serving/src/routing/contact.js';
import { createEjection } from '../../../apps/serving/src/routing/ejection.js';

const split = { endpoint: 'churn', epoch: 1, incarnation: 3 } as Split;
const served = (arm: string, failure: 'Internal' | 'ModelOutputInvalid' | null, epoch = 1) =>
  ({
    split: { ...split, epoch },
    chosen: { arm },
    failure: failure && new LaurelError(failure, 'it failed'),
  }) as Served;

test('half of the answers may fail, more may not, and fewer than twenty prove nothing', () => {
  const reasons: string[] = [];
  const ejection = createEjection((_, reason) => reasons.push(reason));
  for (let index = 0; index < 19; index++) ejection.served(served('challenger', 'Internal'));
  expect(ejection.isRefused(split)).toBe(false);
  ejection.served(served('challenger', 'Internal'));
  expect(ejection.isRefused(split)).toBe(true);
  expect(reasons).toEqual(['20 of the last 20 answers were errors']);

  const even = createEjection(() => undefined);
  for (let index = 0; index < 200; index++) even.served(served('challenger', index % 2 ? 'Internal' : null));
  expect(even.isRefused(split)).toBe(false);
});

test('five invalid outputs in a row are enough; a good one between them starts afresh', () => {
  const ejection = createEjection(() => undefined);
  for (const bad of [true, true, true, true, false, true, true, true, true]) {
    ejection.served(served('challenger', bad ? 'ModelOutputInvalid' : null));
  }
  expect(ejection.isRefused(split)).toBe(false);
  ejection.served(served('challenger', 'ModelOutputInvalid'));
  expect(ejection.isRefused(split)).toBe(true);
});

test('the champion is never refused, and another rollout is another matter', () => {
  const ejection = createEjection(() => undefined);
  for (let index = 0; index < 50; index++) ejection.served(served('champion', 'Internal'));
  expect(ejection.isRefused(split)).toBe(false);
  for (let index = 0; index < 50; index++) ejection.served(served('challenger', 'Internal'));
  expect(ejection.isRefused(split)).toBe(true);
  expect(ejection.isRefused({ endpoint: 'churn', incarnation: 4 })).toBe(false);
});

test('a refusal is reported until it has been heard, then no more', async () => {
  const ejection = createEjection(() => undefined);
  for (let index = 0; index < 20; index++) ejection.served(served('challenger', 'Internal', 7));
  const heard: unknown[] = [];
  let away = true;
  const fleet = {
    reportEjection: async (report: object) => {
      if (away) throw new Error('away');
      heard.push(report);
    },
  };
  await expect(ejection.report(fleet, 'p')).rejects.toThrow('away');
  away = false;
  await ejection.report(fleet, 'p');
  await ejection.report(fleet, 'p');
  expect(heard).toEqual([
    { endpoint: 'churn', epoch: 7, process: 'p', reason: '20 of the last 20 answers were errors' },
  ]);
});

test('contact with Postgres is fresh for two seconds', () => {
  let now = 10_000;
  const contact = createContact(() => now);
  expect(contact.isFresh()).toBe(false);
  contact.seen();
  now += 2_000;
  expect(contact.isFresh()).toBe(true);
  now += 1;
  expect(contact.isFresh()).toBe(false);
});
