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

const day = 86_400_000;

test('the audit log is kept for thirteen months unless told otherwise, and never for less than half a year', () => {
  const days = (LAUREL_AUDIT_RETENTION?: string) =>
    parseConfig(LAUREL_AUDIT_RETENTION === undefined ? enough : { ...enough, LAUREL_AUDIT_RETENTION }).retention.audit /
    day;
  expect([days(), days('184d'), days('3650d')]).toEqual([395, 184, 3650]);
  for (const wrong of ['183d', 'for ever', '1h']) {
    expect(() => days(wrong)).toThrow(`LAUREL_AUDIT_RETENTION is "${wrong}" (a duration of at least 184d`);
  }
});

test('events, traffic, truths and folders of trainers are kept for as long as is said, but not for less than is needed', () => {
  expect(parseConfig(enough).retention).toEqual({
    audit: 395 * day,
    events: 30 * day,
    traffic: 90 * day,
    feedback: 397 * day,
    jobs: 30 * day,
  });
  const said = {
    LAUREL_EVENT_RETENTION: '7d',
    LAUREL_TRAFFIC_RETENTION: '48h',
    LAUREL_PREDICTION_LOG_RETENTION: '10d',
    LAUREL_JOB_RETENTION: '1d',
  };
  expect(parseConfig({ ...enough, ...said }).retention).toMatchObject({
    events: 7 * day,
    traffic: 2 * day,
    feedback: 10 * day,
    jobs: day,
  });
  const wrong = { LAUREL_EVENT_RETENTION: '3d', LAUREL_TRAFFIC_RETENTION: 'a day', LAUREL_JOB_RETENTION: '23h' };
  expect(() => parseConfig({ ...enough, ...wrong })).toThrow(
    /LAUREL_EVENT_RETENTION is "3d" \(a duration of at least 4d, .*LAUREL_TRAFFIC_RETENTION is "a day" \(a duration.*LAUREL_JOB_RETENTION is "23h" \(a duration/,
  );
});

test('networks of webhooks are a list, and none by default', () => {
  expect(parseConfig(enough).webhookNetworks).toEqual([]);
  const LAUREL_WEBHOOK_NETWORKS = '127.0.0.1/32, 10.1.0.0/16,';
  expect(parseConfig({ ...enough, LAUREL_WEBHOOK_NETWORKS }).webhookNetworks).toEqual(['127.0.0.1/32', '10.1.0.0/16']);
});
