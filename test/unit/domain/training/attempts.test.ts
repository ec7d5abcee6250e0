import {
  type AttemptEnd,
  type AttemptHistory,
  type AttemptPolicy,
  type EndCause,
  endRules,
  firstAttempt,
  nextAttempt,
} from '@laurel/domain';
import { array, assert, constantFrom, integer, nat, option, property, record, string } from 'fast-check';

const policy: AttemptPolicy = {
  maximumAttempts: 3,
  spot: true,
  fallbackAfterPreemptions: 5,
  deadlineMilliseconds: 3_600_000,
};
const causes = Object.keys(endRules) as EndCause[];

const endOf = (cause: EndCause, change: Partial<AttemptEnd> = {}): AttemptEnd => ({
  cause,
  message: 'it ended.',
  step: 0,
  checkpointStep: null,
  ranMilliseconds: 1_000,
  ...change,
});

/** Ends one after another, until they are through or the run gives up. */
function play(ends: readonly AttemptEnd[], given: AttemptPolicy = policy) {
  const histories: AttemptHistory[] = [firstAttempt(given)];
  const delays: number[] = [];
  for (const end of ends) {
    const decision = nextAttempt(histories.at(-1)!, end, given);
    histories.push(decision.history);
    if (decision.kind === 'giveUp') return { histories, delays, gaveUp: decision };
    delays.push(decision.delayMilliseconds);
  }
  return { histories, delays, gaveUp: null };
}

const anyEnd = (of: readonly EndCause[]) =>
  record({
    cause: constantFrom(...of),
    message: string(),
    step: nat(1_000),
    checkpointStep: option(nat(1_000)),
    ranMilliseconds: nat(1_000),
  });

test('twenty preemptions in a row, even without a new step, exhaust no attempt', () => {
  const { histories, gaveUp } = play(Array.from({ length: 20 }, () => endOf('disrupted')));
  expect(gaveUp).toBeNull();
  expect(histories.at(-1)).toMatchObject({ attempt: 21, charged: 0 });
});

test('machines that are taken or lost never exhaust attempts, however often and wherever', () => {
  assert(
    property(array(anyEnd(['disrupted', 'nodeLost']), { maxLength: 200 }), (ends) => {
      expect(play(ends).gaveUp).toBeNull();
    }),
  );
});

test('never are more ends charged than the project allows, and spending them ends the run', () => {
  assert(
    property(array(anyEnd(causes), { maxLength: 60 }), integer({ min: 1, max: 6 }), (ends, maximumAttempts) => {
      const { histories, gaveUp } = play(ends, { ...policy, maximumAttempts });
      expect(Math.max(...histories.map(({ charged }) => charged))).toBeLessThanOrEqual(maximumAttempts);
      if (gaveUp === null) expect(histories.at(-1)!.charged).toBeLessThan(maximumAttempts);
    }),
  );
});

test('a run that left spot capacity never goes back, and numbers its attempts one by one', () => {
  assert(
    property(array(anyEnd(causes), { maxLength: 60 }), (ends) => {
      const { histories } = play(ends, { ...policy, maximumAttempts: 100 });
      const left = histories.findIndex(({ placement }) => placement === 'onDemand');
      expect(
        histories.slice(left === -1 ? histories.length : left).every(({ placement }) => placement === 'onDemand'),
      ).toBe(true);
      histories.slice(1, -1).forEach(({ attempt }, index) => expect(attempt).toBe(index + 2));
    }),
  );
});

test('after as many disruptions as the project says, the run moves to capacity that stays', () => {
  const { histories } = play(Array.from({ length: 6 }, () => endOf('disrupted')));
  expect(histories.map(({ placement }) => placement)).toEqual([
    ...Array.from({ length: 5 }, () => 'spot'),
    'onDemand',
    'onDemand',
  ]);
});

test('a run that finds no spot machine goes on demand at once and is not charged; there, it is final', () => {
  const { histories, gaveUp } = play([endOf('unschedulable'), endOf('unschedulable')]);
  expect(histories[1]).toMatchObject({ attempt: 2, placement: 'onDemand', charged: 0 });
  expect(gaveUp).toMatchObject({ code: 'NoCapacity', charged: true });
});

test('without spot capacity the first attempt is on demand, and no machine that fits is final', () => {
  const { histories, gaveUp } = play([endOf('unschedulable')], { ...policy, spot: false });
  expect(histories[0]).toMatchObject({ placement: 'onDemand' });
  expect(gaveUp).toMatchObject({ code: 'NoCapacity' });
});

test('kills cost nothing while the run moves; from the third in a row without a new step on they are charged', () => {
  const moving = play(Array.from({ length: 30 }, (_, index) => endOf('killed', { step: index + 1 })));
  expect(moving.gaveUp).toBeNull();
  const stuck = play(Array.from({ length: 9 }, () => endOf('killed')));
  expect(stuck.histories.map(({ charged }) => charged)).toEqual([0, 0, 0, 1, 2, 3]);
  expect(stuck.gaveUp).toMatchObject({ code: 'TrainerCrashed' });
});

test('a new step makes kills free again', () => {
  const { histories } = play([
    endOf('killed'),
    endOf('killed'),
    endOf('killed', { step: 10 }),
    endOf('killed', { step: 10 }),
    endOf('killed', { step: 10 }),
  ]);
  expect(histories.at(-1)!.charged).toBe(0);
});

test('steps after the newest checkpoint are lost, those before are not', () => {
  const { histories } = play([
    endOf('killed', { step: 137, checkpointStep: 100 }),
    endOf('disrupted', { step: 160, checkpointStep: 160 }),
    endOf('killed', { step: 0, checkpointStep: 160 }),
  ]);
  expect(histories.map(({ lostSteps }) => lostSteps)).toEqual([0, 37, 37, 37]);
  expect(histories.at(-1)).toMatchObject({ highestStep: 160, checkpointStep: 160 });
});

test('a machine that was taken is no reason to wait; failures and starts that lead nowhere are, a little longer each time', () => {
  expect(play(Array.from({ length: 4 }, (_, index) => endOf('disrupted', { step: index + 1 }))).delays).toEqual([
    0, 0, 0, 0,
  ]);
  expect(play(Array.from({ length: 8 }, () => endOf('disrupted'))).delays).toEqual([
    0, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000,
  ]);
  expect(play([endOf('crashed'), endOf('crashed')]).delays).toEqual([5_000, 10_000]);
});

test('the last word says what happened, how often it failed, and what to do', () => {
  const crashed = play(
    Array.from({ length: 3 }, () => endOf('crashed', { message: 'the trainer ended with exit code 1.' })),
  );
  expect(crashed.gaveUp?.message).toBe(
    'the trainer ended with exit code 1 (3 failed attempts); read the log with laurel logs and mend the trainer.',
  );
  const parameters = play([endOf('badParameters', { message: 'max_depth is -1' })]);
  expect(parameters.gaveUp?.message).toBe('max_depth is -1; correct spec.training.parameters.');
});

test('when all attempts together have used up the deadline, no other one is started', () => {
  const { gaveUp } = play(Array.from({ length: 4 }, () => endOf('disrupted', { ranMilliseconds: 1_000_000 })));
  expect(gaveUp).toMatchObject({ code: 'TrainerTooSlow', charged: false });
  expect(gaveUp?.message).toContain('4 attempts');
});
