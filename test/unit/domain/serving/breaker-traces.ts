import { Breaker, type BreakerOutcome, type BreakerPolicy, type Permit } from '@laurel/domain';
import * as fc from 'fast-check';
import type { BreakerEvent, Said } from './reference-breaker.js';

/** Policies small enough for a trace of a few dozen events to go through every state several times. */
export const policies: fc.Arbitrary<BreakerPolicy> = fc
  .tuple(
    fc.constantFrom(10, 30, 100),
    fc.constantFrom(1, 1.5, 3),
    fc.integer({ min: 1, max: 6 }),
    fc.constantFrom(0.25, 0.5, 1),
    fc.constantFrom(20, 50, 100),
    fc.constantFrom(1, 2.5, 8),
    fc.constantFrom(0.1, 0.5, 1),
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 0, max: 3 }),
  )
  .map(([window, sparse, minimumRequests, failureShare, pause, longest, timeout, probesToClose, flags]) => ({
    window,
    sparseWindow: window * sparse,
    minimumRequests,
    failureShare,
    pause,
    longestPause: pause * longest,
    probeTimeout: pause * timeout,
    probesToClose,
    countsSlow: (flags & 1) === 1,
    countsUnsure: (flags & 2) === 2,
  }));

/** A trace as numbers, which are quick to draw; `eventsOf` reads them. */
export const traces: fc.Arbitrary<readonly number[]> = fc.array(fc.nat({ max: 2 ** 30 }), {
  maxLength: 24,
  size: 'max',
});

const steps = [0, 0, 0, 1, 1, 3, 7, 10, 20, 50, 51, 100, 333, -5];
const outcomes: readonly BreakerOutcome[] = ['failed', 'failed', 'failed', 'ok', 'ok', 'ok', 'slow', 'unsure'];

/**
 * Requests answered at once, permits kept for later, results of any earlier permit (in time, late, or twice), permits
 * taken back, and time that passes, now and then backwards.
 */
export function eventsOf(trace: readonly number[]): readonly BreakerEvent[] {
  const events: BreakerEvent[] = [];
  const asked: number[] = [];
  let at = 0;
  for (const code of trace) {
    at = Math.max(0, at + steps[(code >> 3) % steps.length]!);
    const outcome = outcomes[(code >> 7) % outcomes.length]!;
    const action = code % 8;
    const earlier = asked.at(-1 - ((code >> 11) % Math.min(4, Math.max(1, asked.length))));
    if (action < 5) {
      asked.push(events.length);
      events.push({ kind: 'ask', at });
      if (action < 4) events.push({ kind: 'record', at, permit: events.length - 1, outcome });
    } else if (earlier !== undefined) {
      events.push(
        action < 7 ? { kind: 'record', at, permit: earlier, outcome } : { kind: 'cancel', at, permit: earlier },
      );
    }
  }
  return events;
}

/** Puts a breaker through a trace. */
export function perform(breaker: Breaker, events: readonly BreakerEvent[]): readonly Said[] {
  const permits = new Map<number, Permit>();
  return events.map((event, index) => {
    let answer: Said['answer'] = null;
    if (event.kind === 'ask') {
      const permit = breaker.permit(event.at);
      permits.set(index, permit);
      answer = permit.kind;
    } else {
      const permit = permits.get(event.permit)!;
      if (event.kind === 'record') breaker.record(permit, event.outcome, event.at);
      else breaker.cancel(permit, event.at);
    }
    return { answer, after: breaker.snapshot(event.at) };
  });
}
