import { approvalGranted, operatorOrdered } from '@laurel/contracts';
import { versionRef } from '../support/rollout-journal.js';
import { withRollout } from '../support/running-rollout.js';
import { eventually, quietRuntime } from '../support/workflow-world.js';

quietRuntime();

test('a challenger that passes every analysis is crowned on the evidence of the last one', async () => {
  await withRollout({ champion: versionRef(1) }, async ({ journal, says, outcome }) => {
    await says(0, 'advance');
    await says(2, 'advance');
    await says(4, 'advance');
    expect(await outcome()).toEqual({ kind: 'promoted', cause: null, evidenceId: 'look/4' });
    expect(journal.lines.filter((line) => !line.startsWith('watch') && line !== 'ready')).toEqual([
      'begin 7 with v2',
      'shadow 100 %',
      'commit',
      '10 %',
      'commit',
      '50 %',
      'commit',
      'crown v2 on look/4',
      'promoted',
    ]);
  });
});

test('a breach at a canary step restores what was before and ends rolled back with its evidence', async () => {
  await withRollout({ champion: versionRef(1) }, async ({ journal, says, outcome }) => {
    await says(0, 'advance');
    await says(2, 'rollBack');
    expect(await outcome()).toEqual({ kind: 'rolledBack', cause: 'guardrailHarm: errorRate', evidenceId: 'look/2' });
    expect(journal.lines.slice(-2)).toEqual(['restore', 'rolledBack']);
    expect(journal.lines).not.toContain('50 %');
  });
});

test('a hold promotes nothing: the rollout waits, and its deadline rolls it back', async () => {
  await withRollout({ champion: versionRef(1), plan: { deadline: '4s' } }, async ({ journal, says, outcome }) => {
    await says(0, 'hold');
    expect(await outcome()).toMatchObject({ kind: 'rolledBack', cause: 'deadline reached without a decision' });
    expect(journal.lines.slice(-2)).toEqual(['restore', 'rolledBack']);
  });
});

test('an operator aborts and the endpoint is restored', async () => {
  await withRollout({ champion: versionRef(1) }, async ({ journal, handle, says, outcome }) => {
    await says(0, 'advance');
    await handle.signal(operatorOrdered, { kind: 'abort', by: 'ada', reason: 'wrong data' });
    expect(await outcome()).toMatchObject({ kind: 'aborted', cause: 'aborted by ada: wrong data' });
    expect(journal.lines.slice(-2)).toEqual(['restore', 'aborted']);
  });
});

test('a cancelled rollout closes as cancelled, after its undo', async () => {
  await withRollout({ champion: versionRef(1) }, async ({ journal, handle, outcome }) => {
    await eventually('the shadow is on', () => journal.lines.includes('commit'));
    await handle.cancel();
    await expect(outcome()).rejects.toThrow(/cancelled/i);
    expect(journal.lines.slice(-2)).toEqual(['restore', 'aborted']);
  });
});

test('an undo that fails ends in needsOperator and names the step', async () => {
  await withRollout({ champion: versionRef(1), broken: ['restoreSplit'] }, async ({ says, outcome }) => {
    await says(0, 'rollBack');
    expect(await outcome()).toMatchObject({ kind: 'needsOperator', cause: expect.stringContaining('restore split') });
  });
});

test('a first version is loaded and crowned on the PASS of its gates, without shadow or canary', async () => {
  await withRollout({ champion: null }, async ({ journal, outcome }) => {
    expect(await outcome()).toEqual({ kind: 'promoted', cause: null, evidenceId: 'gate/2' });
    expect(journal.lines).toEqual(['begin 7 with v2', '100 %', 'ready', 'crown v2 on gate/2', 'promoted']);
  });
});

test('a plan without an analysis never promotes', async () => {
  await withRollout({ champion: versionRef(1), plan: { steps: [{ setWeight: 10 }] } }, async ({ journal, outcome }) => {
    expect(await outcome()).toMatchObject({ kind: 'rolledBack' });
    expect(journal.lines).not.toContain('crown v2 on gate/2');
  });
});

test('a paused rollout goes on only after resume', async () => {
  await withRollout({ champion: versionRef(1) }, async ({ journal, handle, says, outcome }) => {
    await handle.signal(operatorOrdered, { kind: 'pause', by: 'ada', reason: 'lunch' });
    await says(0, 'advance');
    await eventually(
      'the pause is known',
      async () => (await handle.query<{ paused: boolean }>('rolloutProgress')).paused,
    );
    expect(journal.lines).not.toContain('10 %');
    await handle.signal(operatorOrdered, { kind: 'resume', by: 'ada', reason: 'back' });
    await says(2, 'advance');
    await says(4, 'advance');
    expect(await outcome()).toMatchObject({ kind: 'promoted' });
  });
});

const twoApprovers = { required: true, approvers: 2, expiresAfter: '1h' };
const waiting = {
  may: false,
  rejected: false,
  missing: 'it has 0 of 2 approvals',
  expiresIn: 3_600_000,
  opensIn: null,
};
const grant = (by: string, approvers: number) => ({ by, evidenceId: `approval/${by}`, approvers });

test('a rollout that needs two approvers loads nothing before the second is stored, whatever it is told', async () => {
  await withRollout({ champion: versionRef(1), plan: { approval: twoApprovers } }, async (rollout) => {
    const { journal, handle, says, outcome } = rollout;
    journal.promotion = { ...waiting, approvers: 1 };
    await handle.signal(approvalGranted, grant('ada', 1));
    await handle.signal(approvalGranted, grant('eve', 99));
    await eventually('the rollout has begun', () => journal.lines.length === 1);
    await handle.signal(approvalGranted, grant('eve', 99));
    await handle.query('rolloutProgress');
    expect(journal.lines).toEqual(['begin 7 with v2']);
    journal.promotion = { ...waiting, may: true, approvers: 2 };
    await handle.signal(approvalGranted, grant('grace', 2));
    await says(0, 'advance');
    await says(2, 'advance');
    await says(4, 'advance');
    expect(await outcome()).toMatchObject({ kind: 'promoted' });
  });
});

test('a rollout that nobody approves in time turns back without having touched traffic', async () => {
  const approval = { required: true, approvers: 1, expiresAfter: '2s' };
  await withRollout({ champion: versionRef(1), plan: { approval } }, async ({ journal, outcome }) => {
    journal.promotion = { ...waiting, approvers: 0, expiresIn: 1_000 };
    await eventually('the rollout has begun', () => journal.lines.length === 1);
    journal.promotion = { ...waiting, approvers: 0, expiresIn: -1 };
    expect(await outcome()).toMatchObject({ kind: 'rolledBack', cause: 'not approved within 2s' });
    expect(journal.lines).toEqual(['begin 7 with v2', 'restore', 'rolledBack']);
  });
});

test('a stored rejection turns a rollout back, also when its signal went lost and grants are complete', async () => {
  await withRollout({ champion: versionRef(1), plan: { approval: twoApprovers } }, async (rollout) => {
    const { journal, handle, outcome } = rollout;
    journal.promotion = { ...waiting, approvers: 2, rejected: true, missing: 'ben rejected it: too early' };
    await handle.signal(approvalGranted, grant('ada', 2));
    expect(await outcome()).toMatchObject({ kind: 'rolledBack', cause: 'ben rejected it: too early' });
    expect(journal.lines).toEqual(['begin 7 with v2', 'restore', 'rolledBack']);
  });
});

test('an approval that no longer counts when the rollout is done promotes nothing', async () => {
  await withRollout({ champion: versionRef(1), plan: { approval: twoApprovers } }, async (rollout) => {
    const { journal, says, outcome } = rollout;
    journal.promotion = { ...waiting, may: true, approvers: 2 };
    await says(0, 'advance');
    await says(2, 'advance');
    journal.promotion = { ...waiting, approvers: 1, missing: 'it has 1 of 2 approvals' };
    await says(4, 'advance');
    expect(await outcome()).toMatchObject({ kind: 'rolledBack', cause: 'it has 1 of 2 approvals' });
    expect(journal.lines.slice(-2)).toEqual(['restore', 'rolledBack']);
  });
});

test('outside of every window a rollout waits with its canary, and promotes when one opens', async () => {
  const windows = [{ days: ['mon' as const], from: '09:00', to: '17:00', timezone: 'UTC' }];
  const approval = { required: false, approvers: 0, expiresAfter: '1h', windows };
  await withRollout({ champion: versionRef(1), plan: { approval } }, async ({ journal, says, outcome, handle }) => {
    journal.promotion = { ...waiting, approvers: 0, missing: 'no window for promotions is open', opensIn: 1_000 };
    for (const step of [0, 2, 4]) await says(step, 'advance');
    const phase = async () => (await handle.query<{ phase: string }>('rolloutProgress')).phase;
    await eventually('it waits for a window', async () => (await phase()) === 'waiting for a window');
    expect(journal.lines.join()).not.toContain('crown');
    journal.promotion = { ...waiting, may: true, approvers: 0 };
    expect(await outcome()).toMatchObject({ kind: 'promoted' });
  });
});
