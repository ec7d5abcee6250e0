import { Breaker, type BreakerOutcome, type BreakerPolicy, defaultBreakerPolicy } from '@laurel/domain';

const policy = defaultBreakerPolicy;

/** Sends `count` requests, one every `every` milliseconds from `from`; returns the time of the first refusal, or `null`. */
function send(
  breaker: Breaker,
  plan: { from: number; count: number; every: number; outcome: (index: number) => BreakerOutcome },
): number | null {
  for (let index = 0; index < plan.count; index += 1) {
    const now = plan.from + index * plan.every;
    const permit = breaker.permit(now);
    if (permit.kind === 'refused') return now;
    breaker.record(permit, plan.outcome(index), now);
  }
  return null;
}

/** A breaker that has just opened at `at`. */
function opened(at = 1_000, over: Partial<BreakerPolicy> = {}): Breaker {
  const breaker = new Breaker({ ...policy, ...over });
  send(breaker, { from: at, count: policy.minimumRequests, every: 0, outcome: () => 'failed' });
  expect(breaker.state(at)).toBe('open');
  return breaker;
}

const probeAt = (breaker: Breaker, now: number) => {
  const permit = breaker.permit(now);
  expect(permit.kind).toBe('probe');
  return permit;
};

test('a healthy version passes every request', () => {
  const breaker = new Breaker();
  expect(send(breaker, { from: 0, count: 5_000, every: 1, outcome: () => 'ok' })).toBeNull();
  expect(breaker.snapshot(5_000)).toEqual({
    state: 'closed',
    requests: 5_000,
    failures: 0,
    openedAt: null,
    pause: null,
    changes: 0,
  });
});

test('fewer than 20 results open nothing, the 20th does when half of them failed', () => {
  const breaker = new Breaker();
  send(breaker, { from: 0, count: 19, every: 1, outcome: (index) => (index < 10 ? 'failed' : 'ok') });
  expect(breaker.state(20)).toBe('closed');
  breaker.record(breaker.permit(20), 'ok', 20);
  expect(breaker.snapshot(20)).toMatchObject({ state: 'open', requests: 20, failures: 10, openedAt: 20, changes: 1 });
});

test('two failures in five open nothing', () => {
  const outcome = (index: number) => (index % 5 === 1 || index % 5 === 3 ? 'failed' : 'ok');
  expect(send(new Breaker(), { from: 0, count: 20_000, every: 1, outcome })).toBeNull();
});

test.each([
  { perSecond: 20, share: 1 },
  { perSecond: 25, share: 0.6 },
  { perSecond: 200, share: 0.6 },
  { perSecond: 30_000, share: 0.51 },
  { perSecond: 30_000, share: 1 },
])('after 20 s of health, $share of $perSecond requests/s failing open it within 1 s', ({ perSecond, share }) => {
  const every = 1_000 / perSecond;
  const breaker = new Breaker();
  send(breaker, { from: 0, count: 20 * perSecond, every, outcome: () => 'ok' });
  const failing = (index: number) => Math.floor((index + 1) * share) > Math.floor(index * share);
  const refusedAt = send(breaker, {
    from: 20_000,
    count: 2 * perSecond,
    every,
    outcome: (index) => (failing(index) ? 'failed' : 'ok'),
  });
  expect(refusedAt).not.toBeNull();
  expect(refusedAt).toBeLessThanOrEqual(21_000 + every);
});

test('where traffic is sparse it looks further back: at 4 requests/s a dead version is noticed after 10 failures', () => {
  const breaker = new Breaker();
  send(breaker, { from: 0, count: 400, every: 250, outcome: () => 'ok' });
  expect(send(breaker, { from: 100_000, count: 40, every: 250, outcome: () => 'failed' })).toBe(102_500);
});

test('failures older than ten seconds are forgotten', () => {
  const breaker = new Breaker();
  send(breaker, { from: 0, count: 19, every: 1, outcome: () => 'failed' });
  breaker.record(breaker.permit(10_100), 'failed', 10_100);
  expect(breaker.snapshot(10_100)).toMatchObject({ state: 'closed', requests: 1, failures: 1 });
});

test('an answer over the SLA counts, an unsure one does not', () => {
  const all = (outcome: BreakerOutcome, over: Partial<BreakerPolicy> = {}) => {
    const breaker = new Breaker({ ...policy, ...over });
    send(breaker, { from: 0, count: 100, every: 1, outcome: () => outcome });
    return breaker.state(100);
  };
  expect(all('slow')).toBe('open');
  expect(all('unsure')).toBe('closed');
  expect(all('slow', { countsSlow: false })).toBe('closed');
  expect(all('unsure', { countsUnsure: true })).toBe('open');
});

test('invalid input never counts', () => {
  const breaker = new Breaker();
  for (let now = 0; now < 1_000; now += 1) breaker.cancel(breaker.permit(now), now);
  expect(breaker.snapshot(1_000)).toMatchObject({ state: 'closed', requests: 0, failures: 0 });
});

test('an open breaker refuses everything for 5 s, then lets one probe through at a time', () => {
  const breaker = opened(1_000);
  expect(breaker.permit(5_999).kind).toBe('refused');
  expect(breaker.state(5_999)).toBe('open');
  expect(breaker.state(6_000)).toBe('halfOpen');
  const probe = probeAt(breaker, 6_000);
  expect([6_001, 6_002, 7_000].map((now) => breaker.permit(now).kind)).toEqual(['refused', 'refused', 'refused']);
  breaker.record(probe, 'ok', 7_001);
  probeAt(breaker, 7_001);
  expect(breaker.permit(7_001).kind).toBe('refused');
});

test('three good probes in a row close it, and it starts with nothing counted', () => {
  const breaker = opened(1_000);
  for (const now of [6_000, 6_001, 6_002]) {
    expect(breaker.state(now)).toBe('halfOpen');
    breaker.record(probeAt(breaker, now), 'ok', now);
  }
  expect(breaker.permit(6_002).kind).toBe('pass');
  expect(breaker.snapshot(6_002)).toEqual({
    state: 'closed',
    requests: 0,
    failures: 0,
    openedAt: null,
    pause: null,
    changes: 3,
  });
});

test('a failed probe opens it again, and good probes before it count no more', () => {
  const breaker = opened(1_000);
  breaker.record(probeAt(breaker, 6_000), 'ok', 6_000);
  breaker.record(probeAt(breaker, 6_001), 'ok', 6_001);
  breaker.record(probeAt(breaker, 6_002), 'slow', 6_100);
  expect(breaker.snapshot(6_100)).toMatchObject({ state: 'open', openedAt: 6_100, pause: 10_000 });
  for (const now of [16_100, 16_101]) breaker.record(probeAt(breaker, now), 'ok', now);
  expect(breaker.state(16_101)).toBe('halfOpen');
});

test('every failed probe doubles the pause up to a minute; closing resets it', () => {
  const breaker = opened(0);
  const pauses: (number | null)[] = [];
  let now = 0;
  for (let probe = 0; probe < 6; probe += 1) {
    const { pause } = breaker.snapshot(now);
    pauses.push(pause);
    now += pause ?? 0;
    breaker.record(probeAt(breaker, now), 'failed', now);
  }
  expect(pauses).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  now += 60_000;
  for (let probe = 0; probe < 3; probe += 1) breaker.record(probeAt(breaker, now), 'unsure', now);
  send(breaker, { from: now, count: 20, every: 0, outcome: () => 'failed' });
  expect(breaker.snapshot(now)).toMatchObject({ state: 'open', pause: 5_000 });
});

test('a probe that never reports has failed after 5 s, and its result then changes nothing', () => {
  const breaker = opened(1_000);
  const lost = probeAt(breaker, 6_000);
  expect(breaker.permit(10_999).kind).toBe('refused');
  expect(breaker.snapshot(11_000)).toMatchObject({ state: 'open', openedAt: 11_000, pause: 10_000 });
  breaker.record(lost, 'ok', 12_000);
  expect(breaker.state(12_000)).toBe('open');
  const next = probeAt(breaker, 21_000);
  breaker.record(lost, 'failed', 21_001);
  breaker.cancel(lost, 21_001);
  expect(breaker.permit(21_002).kind).toBe('refused');
  breaker.record(next, 'ok', 21_003);
  expect(breaker.state(21_003)).toBe('halfOpen');
});

test('a cancelled probe gives its place to the next request and says nothing about the version', () => {
  const breaker = opened(1_000);
  breaker.record(probeAt(breaker, 6_000), 'ok', 6_000);
  breaker.cancel(probeAt(breaker, 6_001), 6_001);
  breaker.record(probeAt(breaker, 6_002), 'ok', 6_002);
  breaker.record(probeAt(breaker, 6_003), 'ok', 6_003);
  expect(breaker.state(6_003)).toBe('closed');
});

test('results of requests from before neither open, close nor fill a later period', () => {
  const breaker = new Breaker();
  const old = breaker.permit(0);
  send(breaker, { from: 1_000, count: 20, every: 0, outcome: () => 'failed' });
  for (let index = 0; index < 50; index += 1) breaker.record(old, 'ok', 1_500);
  expect(breaker.state(5_999)).toBe('open');
  breaker.record(old, 'failed', 6_000);
  expect(breaker.state(6_000)).toBe('halfOpen');
  for (const now of [6_000, 6_001, 6_002]) breaker.record(probeAt(breaker, now), 'ok', now);
  for (let index = 0; index < 50; index += 1) breaker.record(old, 'failed', 6_100);
  expect(breaker.snapshot(6_100)).toMatchObject({ state: 'closed', requests: 0 });
});

test('a result counts once for a probe, and a refused request has none', () => {
  const breaker = opened(1_000);
  const refused = breaker.permit(2_000);
  breaker.record(refused, 'ok', 2_000);
  breaker.cancel(refused, 2_000);
  const probe = probeAt(breaker, 6_000);
  for (let again = 0; again < 5; again += 1) breaker.record(probe, 'ok', 6_000);
  breaker.record(refused, 'ok', 6_001);
  expect(breaker.state(6_001)).toBe('halfOpen');
  breaker.record(probeAt(breaker, 6_002), 'ok', 6_002);
  expect(breaker.state(6_002)).toBe('halfOpen');
});

test('a clock that goes back, or is no number, stands still', () => {
  const breaker = opened(10_000);
  expect(breaker.permit(3).kind).toBe('refused');
  expect(breaker.permit(Number.NaN).kind).toBe('refused');
  expect(breaker.snapshot(-5)).toMatchObject({ openedAt: 10_000, state: 'open' });
  expect(breaker.permit(15_000).kind).toBe('probe');
});

test('a day without traffic is no reason to refuse the first request after it', () => {
  const breaker = opened(1_000);
  probeAt(breaker, 86_400_000);
  const closed = new Breaker();
  send(closed, { from: 0, count: 19, every: 1, outcome: () => 'failed' });
  closed.record(closed.permit(86_400_000), 'failed', 86_400_000);
  expect(closed.state(86_400_000)).toBe('closed');
});

test('a policy that could never open, never close or break the promise about probes is refused and named', () => {
  const trying = (over: Partial<BreakerPolicy>) => () => new Breaker({ ...policy, ...over });
  expect(trying({ failureShare: 0 })).toThrow('above 0 and at most 1, it is 0');
  expect(trying({ minimumRequests: 0 })).toThrow('minimum of requests must be a whole number from 1, it is 0');
  expect(trying({ probesToClose: 1.5 })).toThrow('probes that close it must be a whole number from 1, it is 1.5');
  expect(trying({ window: 0 })).toThrow('window must be at least 10 ms, it is 0');
  expect(trying({ sparseWindow: 500 })).toThrow('sparse window must be at least 1000 ms, it is 500');
  expect(trying({ sparseWindow: 1e9 })).toThrow('at most 100 windows (100000 ms), it is 1000000000');
  expect(trying({ probeTimeout: 6_000 })).toThrow('pause must be at least 6000 ms, it is 5000');
  expect(trying({ longestPause: Number.POSITIVE_INFINITY })).toThrow('longest pause must be at least 5000 ms');
});
