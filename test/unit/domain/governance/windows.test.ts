import { isOpen, isTimezone, opensAt, type PromotionWindow } from '@laurel/domain';

const office: PromotionWindow = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '09:00',
  to: '17:00',
  timezone: 'Europe/Berlin',
};

test.each([
  ['2026-11-30T07:59:59.999Z', false],
  ['2026-11-30T08:00:00.000Z', true],
  ['2026-11-30T15:59:59.999Z', true],
  ['2026-11-30T16:00:00.000Z', false],
  ['2026-11-28T12:00:00.000Z', false],
  ['2026-07-01T07:00:00.000Z', true],
])('office hours in Berlin at %s: %s', (now, open) => {
  expect(isOpen([office], now)).toBe(open);
});

test('without windows it is always open, with several one suffices', () => {
  expect(isOpen([], '2026-11-29T03:00:00.000Z')).toBe(true);
  const sunday: PromotionWindow = { days: ['sun'], from: '00:00', to: '24:00', timezone: 'UTC' };
  expect(isOpen([office, sunday], '2026-11-29T03:00:00.000Z')).toBe(true);
  expect(isOpen([office, sunday], '2026-11-30T00:00:00.000Z')).toBe(false);
});

test('a window over midnight belongs to the day on which it opens', () => {
  const night: PromotionWindow = { days: ['fri'], from: '22:00', to: '06:00', timezone: 'UTC' };
  expect(isOpen([night], '2026-11-27T21:59:00.000Z')).toBe(false);
  expect(isOpen([night], '2026-11-27T22:00:00.000Z')).toBe(true);
  expect(isOpen([night], '2026-11-28T05:59:00.000Z')).toBe(true);
  expect(isOpen([night], '2026-11-28T06:00:00.000Z')).toBe(false);
  expect(isOpen([night], '2026-11-28T22:30:00.000Z')).toBe(false);
});

test('the next opening is named, over a weekend, over a change of the clocks, and where there is none', () => {
  expect(opensAt([office], '2026-11-27T16:00:00.000Z')).toBe('2026-11-30T08:00:00.000Z');
  expect(opensAt([office], '2026-11-30T10:00:30.000Z')).toBe('2026-11-30T10:01:00.000Z');
  expect(opensAt([office], '2026-03-27T16:30:00.000Z')).toBe('2026-03-30T07:00:00.000Z');
  const lost: PromotionWindow = { days: ['sun'], from: '02:15', to: '04:00', timezone: 'Europe/Berlin' };
  expect(opensAt([lost], '2026-03-29T00:00:00.000Z')).toBe('2026-03-29T01:00:00.000Z');
  const odd: PromotionWindow = { days: ['wed'], from: '13:07', to: '13:09', timezone: 'Asia/Kathmandu' };
  expect(opensAt([odd], '2026-11-30T00:00:00.000Z')).toBe('2026-12-02T07:22:00.000Z');
  expect(opensAt([], '2026-11-30T00:00:00.000Z')).toBeNull();
});

test('time zones are those of the IANA database', () => {
  expect(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires'].map(isTimezone)).toEqual([true, true, true]);
  expect(['', 'Berlin', 'Mars/Olympus'].map(isTimezone)).toEqual([false, false, false]);
});
