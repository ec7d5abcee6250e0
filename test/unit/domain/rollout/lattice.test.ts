import {
  type ArmTotal,
  decide,
  type LookAtInput,
  type LookInput,
  latencyBucket,
  lookAt,
  type OpenAnalysis,
  type RolloutAction,
  sampleRatioAlpha,
} from '@laurel/domain';
import * as fc from 'fast-check';

const analysis: OpenAnalysis = {
  rollout: 'churn/7',
  workflowId: 'endpoint/churn/rollout/7',
  endpoint: 'churn',
  step: 3,
  epoch: 12,
  mode: 'canary',
  settle: ['errorRate', 'latencyP99', 'accuracy'],
  shadowRequests: null,
  openedAt: '2026-01-31T09:00:00.000Z',
};

const metrics: LookAtInput['metrics'] = {
  errorRate: { role: 'guardrail', direction: 'lower', margin: 0.02, hardLimit: 0.2, minimumSample: 100 },
  latencyP99: { role: 'guardrail', direction: 'lower', margin: '50ms', hardLimit: '1s', minimumSample: 100 },
  accuracy: { role: 'decision', direction: 'higher', margin: 0.05, minimumSample: 100 },
};

/** Shares of failed, of slow and of wrongly labelled requests of one arm. */
interface Arm {
  readonly requests: number;
  readonly failed: number;
  readonly slow: number;
  readonly wrong: number;
}

interface World {
  readonly champion: Arm;
  readonly challenger: Arm;
  readonly doubt: Pick<LookAtInput, 'telemetryAgeMilliseconds' | 'planExhausted'>;
  readonly ejections: number;
}

const share = fc.oneof(
  fc.constant(0),
  fc.double({ min: 0, max: 0.05, noNaN: true }),
  fc.double({ min: 0, max: 1, noNaN: true }),
);
const arm: fc.Arbitrary<Arm> = fc.record({
  requests: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 400 }), fc.integer({ min: 400, max: 30_000 })),
  failed: share,
  slow: share,
  wrong: share,
});
const world: fc.Arbitrary<World> = fc.record({
  champion: arm,
  challenger: arm,
  doubt: fc.record({
    telemetryAgeMilliseconds: fc.constantFrom(200, 200, 200, 60_000, null),
    planExhausted: fc.constantFrom(false, false, true),
  }),
  ejections: fc.constantFrom(0, 0, 0, 1),
});

function totalOf(name: 'champion' | 'challenger', { requests, failed, slow }: Arm): ArmTotal {
  const late = Math.round(requests * slow);
  return {
    arm: name,
    requests,
    errors: Math.round(requests * failed),
    disagreements: 0,
    latency: { [latencyBucket(10)]: requests - late, [latencyBucket(2000)]: late },
    distinctKeys: null,
  };
}

function labelOf(name: 'champion' | 'challenger', { requests, wrong }: Arm) {
  return { arm: name, labelled: requests, correct: requests - Math.round(requests * wrong), sumAbsoluteError: 0 };
}

function look({ champion, challenger, doubt, ejections }: World): LookInput {
  const whole = champion.requests + challenger.requests;
  const even = whole === 0 ? 50 : (100 * challenger.requests) / whole;
  return lookAt({
    analysis,
    metrics,
    totals: [totalOf('champion', champion), totalOf('challenger', challenger)],
    labels: [labelOf('champion', champion), labelOf('challenger', challenger)],
    pairedLabels: { both: 0, championOnly: 0, challengerOnly: 0, neither: 0 },
    ejections,
    ...doubt,
    weights: { champion: 100 - even, challenger: even },
  });
}

/** From farthest from a promotion to it. */
const order: readonly RolloutAction[] = ['rollBack', 'hold', 'continue', 'advance'];

function rank(input: LookInput): number {
  return order.indexOf(decide(input).action);
}

test('a mismatch never blocks a rollback and never permits a promotion', () => {
  fc.assert(
    fc.property(world, fc.double({ min: 0, max: sampleRatioAlpha * 0.999, noNaN: true }), (seen, sampleRatioP) => {
      const sound = look(seen);
      const mismatched = decide({ ...sound, sampleRatioP }).action;
      expect(mismatched).not.toBe('advance');
      expect(mismatched === 'rollBack').toBe(decide(sound).action === 'rollBack');
    }),
    { numRuns: 150 },
  );
});

test('a time-out never promotes: it turns nothing into a promotion, and waiting into a hold', () => {
  fc.assert(
    fc.property(world, (seen) => {
      const waiting = look({ ...seen, doubt: { ...seen.doubt, planExhausted: false } });
      const over = look({ ...seen, doubt: { ...seen.doubt, planExhausted: true } });
      expect(rank(over)).toBeLessThanOrEqual(rank(waiting));
      expect(decide(over).action).not.toBe('continue');
    }),
    { numRuns: 150 },
  );
});

test('no data never promotes: an arm without requests, a silent telemetry, a metric without labels', () => {
  const silence = { telemetryAgeMilliseconds: null, planExhausted: false };
  fc.assert(
    fc.property(world, (seen) => {
      const empty: Arm = { ...seen.challenger, requests: 0 };
      expect(decide(look({ ...seen, challenger: empty })).action).not.toBe('advance');
      expect(decide(look({ ...seen, champion: empty })).action).not.toBe('advance');
      expect(decide(look({ ...seen, doubt: silence })).action).not.toBe('advance');
      expect(decide({ ...look(seen), metrics: [] }).action).not.toBe('advance');
    }),
    { numRuns: 150 },
  );
});

test('more harm never moves the verdict toward promotion', () => {
  const more = fc.record({ failed: share, slow: share, wrong: share });
  fc.assert(
    fc.property(world, more, (seen, added) => {
      const { challenger } = seen;
      const worse: Arm = {
        ...challenger,
        failed: Math.min(1, challenger.failed + added.failed),
        slow: Math.min(1, challenger.slow + added.slow),
        wrong: Math.min(1, challenger.wrong + added.wrong),
      };
      expect(rank(look({ ...seen, challenger: worse }))).toBeLessThanOrEqual(rank(look(seen)));
    }),
    { numRuns: 400 },
  );
});

test('a sound world does promote', () => {
  const sound: Arm = { requests: 20_000, failed: 0.001, slow: 0.001, wrong: 0.2 };
  const doubt = { telemetryAgeMilliseconds: 200, planExhausted: false };
  expect(decide(look({ champion: sound, challenger: sound, doubt, ejections: 0 })).action).toBe('advance');
});

test('the same stored look gives the same verdict', () => {
  fc.assert(
    fc.property(world, (seen) => {
      const input = look(seen);
      expect(decide(JSON.parse(JSON.stringify(input)) as LookInput)).toEqual(decide(input));
    }),
  );
});
