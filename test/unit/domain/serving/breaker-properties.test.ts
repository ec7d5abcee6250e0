import { Breaker } from '@laurel/domain';
import * as fc from 'fast-check';
import { eventsOf, perform, policies, traces } from './breaker-traces.js';
import { replay, type Said } from './reference-breaker.js';

const seed = 20_261_125;
const traceCount = 100_000;

test(`the breaker says what the reference machine says, over ${traceCount} traces (seed ${seed})`, () => {
  const met = { probes: 0, closedAgain: 0, silentProbes: 0, refusals: 0 };
  fc.assert(
    fc.property(policies, traces, (policy, trace) => {
      const events = eventsOf(trace);
      const expected = replay(policy, events);
      const actual = perform(new Breaker(policy), events);
      if (!isSame(actual, expected)) expect({ events, said: actual }).toEqual({ events, said: expected });
      met.probes += expected.filter(({ answer }) => answer === 'probe').length;
      met.refusals += expected.filter(({ answer }) => answer === 'refused').length;
      met.closedAgain += expected.some(({ after }) => after.state === 'closed' && after.changes > 0) ? 1 : 0;
      met.silentProbes += expected.some(({ after }, at) => after.changes - (expected[at - 1]?.after.changes ?? 0) > 1)
        ? 1
        : 0;
    }),
    { seed, numRuns: traceCount },
  );
  for (const count of Object.values(met)) expect(count).toBeGreaterThan(traceCount / 50);
});

test('from any state, a probe is let through within twice the pause, though none ever reports', () => {
  fc.assert(
    fc.property(policies, traces, fc.constantFrom(0.5, 2, 9), (policy, trace, every) => {
      const breaker = new Breaker(policy);
      const events = eventsOf(trace);
      perform(breaker, events);
      let now = events.reduce((latest, { at }) => Math.max(latest, at), 0);
      let last = now;
      let lastProbe = Number.NEGATIVE_INFINITY;
      const end = now + 8 * policy.longestPause;
      for (; now <= end; now += every) {
        const { kind } = breaker.permit(now);
        const pause = breaker.snapshot(now).pause ?? 0;
        if (kind === 'refused') expectAtMost(now - last, 2 * pause + every);
        else last = now;
        if (kind !== 'probe') continue;
        expectAtMost(policy.probeTimeout, now - lastProbe);
        lastProbe = now;
      }
    }),
    { seed, numRuns: 2_000 },
  );
});

test('from any state, a version that is well again has every request after one pause and its probes', () => {
  fc.assert(
    fc.property(policies, traces, (policy, trace) => {
      const breaker = new Breaker(policy);
      const events = eventsOf(trace);
      perform(breaker, events);
      let now = events.reduce((latest, { at }) => Math.max(latest, at), 0);
      const end = now + policy.probeTimeout + policy.longestPause + policy.minimumRequests + policy.probesToClose;
      for (; now < end; now += 1) breaker.record(breaker.permit(now), 'ok', now);
      expect(breaker.permit(end).kind).toBe('pass');
    }),
    { seed, numRuns: 2_000 },
  );
});

function expectAtMost(value: number, limit: number): void {
  if (!(value <= limit)) expect(value).toBeLessThanOrEqual(limit);
}

/** `toEqual` is too slow for so many traces; it only shows the difference. */
function isSame(actual: readonly Said[], expected: readonly Said[]): boolean {
  return actual.length === expected.length && actual.every((said, index) => isSameSaid(said, expected[index]!));
}

function isSameSaid(one: Said, other: Said): boolean {
  return (
    one.answer === other.answer &&
    one.after.state === other.after.state &&
    one.after.requests === other.after.requests &&
    one.after.failures === other.after.failures &&
    one.after.openedAt === other.after.openedAt &&
    one.after.pause === other.after.pause &&
    one.after.changes === other.after.changes
  );
}
