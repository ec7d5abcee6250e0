import { admit } from '@laurel/domain';

const ended = { lastEndedAt: 1_000_000, cooldownMilliseconds: 60_000 };

test('the first training starts at once', () => {
  expect(admit({ ...ended, lastEndedAt: 0, kind: 'schedule', now: 5 })).toEqual({ kind: 'start' });
  expect(admit({ ...ended, lastEndedAt: null, kind: 'schedule', now: 5 })).toEqual({ kind: 'start' });
});

test('a training that nobody asked for by hand waits for the rest of the cooldown', () => {
  expect(admit({ ...ended, kind: 'newData', now: 1_010_000 })).toEqual({ kind: 'wait', milliseconds: 50_000 });
  expect(admit({ ...ended, kind: 'newData', now: 1_060_000 })).toEqual({ kind: 'start' });
});

test('a person does not wait', () => {
  expect(admit({ ...ended, kind: 'manual', now: 1_000_001 })).toEqual({ kind: 'start' });
});

test('a clock that went back never waits longer than the cooldown', () => {
  expect(admit({ ...ended, kind: 'schedule', now: 0 })).toEqual({ kind: 'wait', milliseconds: 60_000 });
});
