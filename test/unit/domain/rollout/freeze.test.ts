import { type FreezeWindow, freezeProblem, frozenUntil } from '@laurel/domain';

const weekend: FreezeWindow = { days: ['sat', 'sun'], from: '00:00', to: '24:00', timezone: 'UTC' };
const holidays: FreezeWindow = { start: '2026-12-20T00:00:00.000Z', end: '2027-01-03T12:00:00.000Z' };

test('outside of every window nothing is frozen', () => {
  expect(frozenUntil([], '2026-11-28T12:00:00.000Z')).toBeNull();
  expect(frozenUntil([weekend, holidays], '2026-11-27T12:00:00.000Z')).toBeNull();
});

test('a weekly freeze ends when its window closes, by its own clocks', () => {
  expect(frozenUntil([weekend], '2026-11-28T12:00:30.000Z')).toBe('2026-11-30T00:00:00.000Z');
  const nights: FreezeWindow = { days: ['mon'], from: '18:00', to: '08:00', timezone: 'Europe/Berlin' };
  expect(frozenUntil([nights], '2026-11-30T20:00:00.000Z')).toBe('2026-12-01T07:00:00.000Z');
});

test('windows that touch are one freeze', () => {
  const monday: FreezeWindow = { start: '2026-11-30T00:00:00.000Z', end: '2026-11-30T09:30:00.000Z' };
  expect(frozenUntil([weekend, monday], '2026-11-28T12:00:00.000Z')).toBe('2026-11-30T09:30:00.000Z');
});

test('a freeze of weeks is asked about again after eight days', () => {
  expect(frozenUntil([holidays], '2026-12-21T00:00:00.000Z')).toBe('2026-12-29T00:01:00.000Z');
  expect(frozenUntil([holidays], '2027-01-03T11:59:59.999Z')).toBe('2027-01-03T12:00:00.000Z');
  expect(frozenUntil([holidays], '2027-01-03T12:00:00.000Z')).toBeNull();
});

test('a freeze that ends before it begins is a problem', () => {
  expect(freezeProblem(holidays)).toBeUndefined();
  expect(freezeProblem({ start: holidays.end, end: holidays.start })).toBe(
    'its end, 2026-12-20T00:00:00.000Z, does not come after its start, 2027-01-03T12:00:00.000Z',
  );
});
