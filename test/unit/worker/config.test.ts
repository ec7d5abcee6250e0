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
