import type { BreakerOutcome, BreakerPolicy, BreakerSnapshot, Permit } from '@laurel/domain';

/** What a caller did. `permit` is the index of the event that asked for the permit. */
export type BreakerEvent =
  | { readonly kind: 'ask'; readonly at: number }
  | { readonly kind: 'record'; readonly at: number; readonly permit: number; readonly outcome: BreakerOutcome }
  | { readonly kind: 'cancel'; readonly at: number; readonly permit: number };

/** What a breaker said to an event, and what it looked like afterwards. */
export interface Said {
  readonly answer: Permit['kind'] | null;
  readonly after: BreakerSnapshot;
}

type Phase =
  | { readonly kind: 'closed' }
  | { readonly kind: 'open'; readonly from: number; readonly pause: number }
  | {
      readonly kind: 'halfOpen';
      readonly from: number;
      readonly pause: number;
      readonly good: number;
      readonly probe: { readonly permit: number; readonly until: number } | null;
    };

interface Result {
  readonly bucket: number;
  readonly failed: boolean;
  /** How often the breaker had closed before. */
  readonly period: number;
}

/**
 * The breaker's rules as slowly and plainly as they can be written: every result ever counted is kept, and what is judged
 * is selected from all of them each time.
 */
export function replay(policy: BreakerPolicy, events: readonly BreakerEvent[]): readonly Said[] {
  const reference = new ReferenceBreaker(policy);
  return events.map((event, index) => {
    reference.wait(event.at);
    const answer = event.kind === 'ask' ? reference.ask(index) : null;
    if (event.kind !== 'ask') reference.report(event);
    return { answer, after: reference.snapshot() };
  });
}

class ReferenceBreaker {
  private readonly results: Result[] = [];
  private readonly periodOfPass = new Map<number, number>();
  private phase: Phase = { kind: 'closed' };
  private now = 0;
  private period = 0;
  private changes = 0;

  constructor(private readonly policy: BreakerPolicy) {}

  wait(until: number): void {
    this.now = Math.max(this.now, until);
    const { phase } = this;
    if (phase.kind === 'halfOpen' && phase.probe !== null && this.now >= phase.probe.until) {
      this.openAgain(phase.probe.until, phase.pause);
    }
    if (this.phase.kind === 'open' && this.now >= this.phase.from + this.phase.pause) {
      this.enter({ ...this.phase, kind: 'halfOpen', good: 0, probe: null });
    }
  }

  ask(permit: number): Permit['kind'] {
    const { phase } = this;
    if (phase.kind === 'closed') {
      this.periodOfPass.set(permit, this.period);
      return 'pass';
    }
    if (phase.kind === 'open' || phase.probe !== null) return 'refused';
    this.enter({ ...phase, probe: { permit, until: this.now + this.policy.probeTimeout } });
    return 'probe';
  }

  report(event: Exclude<BreakerEvent, { kind: 'ask' }>): void {
    const { phase, policy, now, period } = this;
    const failed = event.kind === 'record' && isFailure(policy, event.outcome);
    if (phase.kind === 'halfOpen' && phase.probe?.permit === event.permit) {
      const good = phase.good + 1;
      if (event.kind === 'cancel') this.enter({ ...phase, probe: null });
      else if (failed) this.openAgain(now, phase.pause);
      else if (good < policy.probesToClose) this.enter({ ...phase, good, probe: null });
      else this.close();
    }
    if (phase.kind === 'closed' && event.kind === 'record' && this.periodOfPass.get(event.permit) === period) {
      this.results.push({ bucket: this.bucketOf(now), failed, period });
      if (this.isFailing()) this.enter({ kind: 'open', from: now, pause: policy.pause });
    }
  }

  snapshot(): BreakerSnapshot {
    const { phase, changes } = this;
    const counted = this.within(this.mostBuckets());
    return {
      state: phase.kind,
      requests: counted.length,
      failures: counted.filter(({ failed }) => failed).length,
      openedAt: phase.kind === 'closed' ? null : phase.from,
      pause: phase.kind === 'closed' ? null : phase.pause,
      changes,
    };
  }

  private enter(next: Phase): void {
    if (next.kind !== this.phase.kind) this.changes += 1;
    this.phase = next;
  }

  private openAgain(from: number, pause: number): void {
    this.enter({ kind: 'open', from, pause: Math.min(2 * pause, this.policy.longestPause) });
  }

  private close(): void {
    this.enter({ kind: 'closed' });
    this.period += 1;
  }

  private isFailing(): boolean {
    for (let buckets = 10; buckets <= this.mostBuckets(); buckets += 1) {
      const seen = this.within(buckets);
      if (seen.length < this.policy.minimumRequests) continue;
      return seen.filter(({ failed }) => failed).length / seen.length >= this.policy.failureShare;
    }
    return false;
  }

  /** Results of this period in the last so many buckets, the current one among them. */
  private within(buckets: number): readonly Result[] {
    const first = this.bucketOf(this.now) - buckets + 1;
    return this.results.filter(({ bucket, period }) => period === this.period && bucket >= first);
  }

  private bucketOf(at: number): number {
    return Math.floor(at / (this.policy.window / 10));
  }

  private mostBuckets(): number {
    return Math.ceil(this.policy.sparseWindow / (this.policy.window / 10));
  }
}

function isFailure({ countsSlow, countsUnsure }: BreakerPolicy, outcome: BreakerOutcome): boolean {
  return outcome === 'failed' || (outcome === 'slow' && countsSlow) || (outcome === 'unsure' && countsUnsure);
}
