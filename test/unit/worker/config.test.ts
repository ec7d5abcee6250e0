import { parseConfig } from '@laurel/worker';

const enough = {
  LAUREL_HOME: '/var/laurel',
  LAUREL_DATABASE_URL: 'postgres://laurel@127.0.0.1/laurel',
  LAUREL_OBJECT_STORE: 'file:///var/laurel/objects',
};

test('without prices nothing has a cost', () => {
  expect(parseConfig(enough).prices).toBeNull();
  expect(parseConfig({ ...enough, LAUREL_PRICES: ' ' }).prices).toBeNull();
});

test('prices are read by resource and placement, in a currency', () => {
  const LAUREL_PRICES = 'gpu=2.5, gpu/spot=0.9, nvidia-l4=0.7, cpu=0, currency=EUR';
  expect(parseConfig({ ...enough, LAUREL_PRICES }).prices).toEqual({
    currency: 'EUR',
    hourly: { gpu: 2.5, 'gpu/spot': 0.9, 'nvidia-l4': 0.7, cpu: 0 },
  });
  expect(parseConfig({ ...enough, LAUREL_PRICES: 'cpu=1' }).prices?.currency).toBe('USD');
});

test.each(['gpu', 'gpu=', 'gpu=free', 'gpu=-1', 'gpu=Infinity', 'gpu/night=1', '=1', 'currency=euro'])(
  'a price such as "%s" is refused, with the form expected',
  (LAUREL_PRICES) => {
    expect(() => parseConfig({ ...enough, LAUREL_PRICES })).toThrow(
      `LAUREL_PRICES has "${LAUREL_PRICES}" (such as gpu=2.5`,
    );
  },
);

test('the audit log is kept for thirteen months unless told otherwise, and never for less than half a year', () => {
  const days = (LAUREL_AUDIT_RETENTION?: string) =>
    parseConfig(LAUREL_AUDIT_RETENTION === undefined ? enough : { ...enough, LAUREL_AUDIT_RETENTION })
      .auditRetentionMilliseconds / 86_400_000;
  expect([days(), days('184d'), days('3650d')]).toEqual([395, 184, 3650]);
  for (const wrong of ['183d', 'for ever', '1h']) {
    expect(() => days(wrong)).toThrow(`LAUREL_AUDIT_RETENTION is "${wrong}" (a duration of at least 184d`);
  }
});

test('folders of ended jobs are kept for thirty days unless told otherwise, and never for less than one', () => {
  const days = (text?: string) =>
    parseConfig({ ...enough, ...(text === undefined ? {} : { LAUREL_JOB_RETENTION: text }) }).jobRetentionMilliseconds /
    86_400_000;
  expect([days(), days('1d'), days('400d')]).toEqual([30, 1, 400]);
  for (const wrong of ['23h', 'never']) {
    expect(() => days(wrong)).toThrow(`LAUREL_JOB_RETENTION is "${wrong}" (a duration of at least 1d, such as 30d)`);
  }
});

test('networks of webhooks are a list, and none by default', () => {
  expect(parseConfig(enough).webhookNetworks).toEqual([]);
  const LAUREL_WEBHOOK_NETWORKS = '127.0.0.1/32, 10.1.0.0/16,';
  expect(parseConfig({ ...enough, LAUREL_WEBHOOK_NETWORKS }).webhookNetworks).toEqual(['127.0.0.1/32', '10.1.0.0/16']);
});
