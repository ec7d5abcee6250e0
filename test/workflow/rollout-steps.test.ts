import { operatorOrdered } from '@laurel/contracts';
import type { RolloutPlan } from '@laurel/domain';
import { versionRef } from '../support/rollout-journal.js';
import { type RunningRollout, withRollout } from '../support/running-rollout.js';
import { eventually, quietRuntime } from '../support/workflow-world.js';

quietRuntime();

const champion = versionRef(1);
const splits = ({ journal }: RunningRollout) => journal.lines.filter((line) => / %/.test(line));
const phaseOf = async ({ handle }: RunningRollout) => (await handle.query<{ phase: string }>('rolloutProgress')).phase;
const gradual: RolloutPlan['rollback'] = { profile: 'gradual', stepSize: 20, interval: '1s' };
const order = (kind: 'skip' | 'rerun' | 'pause' | 'resume', step?: number) => ({
  kind,
  by: 'ada',
  reason: 'because',
  ...(step === undefined ? {} : { step }),
});

test('a header route stands beside every later weight until its step removes it', async () => {
  const match = [{ headerName: 'x-team', headerValue: { exact: 'ml' } }];
  const steps: RolloutPlan['steps'] = [
    { setHeaderRoute: { name: 'staff', match } },
    { setWeight: 10 },
    { analysis: { metrics: ['errorRate'] } },
    { setHeaderRoute: { name: 'staff' } },
    { setWeight: 50 },
    { analysis: { metrics: ['errorRate'] } },
  ];
  await withRollout({ champion, plan: { steps } }, async (rollout) => {
    await rollout.says(2, 'advance');
    await rollout.says(5, 'advance');
    expect(await rollout.outcome()).toMatchObject({ kind: 'promoted' });
    expect(splits(rollout)).toEqual(['0 % and staff', '10 % and staff', '10 %', '50 %']);
  });
});

test('a gradual rollback takes the share back in steps, then restores what was before', async () => {
  await withRollout({ champion, plan: { rollback: gradual } }, async (rollout) => {
    await rollout.says(0, 'advance');
    await rollout.says(2, 'advance');
    await rollout.says(4, 'rollBack');
    expect(await rollout.outcome()).toMatchObject({ kind: 'rolledBack', cause: 'guardrailHarm: errorRate' });
    expect(splits(rollout)).toEqual(['shadow 100 %', '10 %', '50 %', '30 %', '10 %']);
    expect(rollout.journal.lines.slice(-2)).toEqual(['restore', 'rolledBack']);
  });
});

test('a hard breach goes back at once, whatever the profile, and so does one on the way back', async () => {
  await withRollout({ champion, plan: { rollback: gradual } }, async (rollout) => {
    await rollout.says(0, 'advance');
    await rollout.says(2, 'advance');
    await rollout.says(4, 'rollBack', 'hardLimit');
    expect(await rollout.outcome()).toMatchObject({ kind: 'rolledBack' });
    expect(splits(rollout)).toEqual(['shadow 100 %', '10 %', '50 %']);
  });
  const slow: RolloutPlan['rollback'] = { profile: 'gradual', stepSize: 20, interval: '1h' };
  await withRollout({ champion, plan: { rollback: slow } }, async (rollout) => {
    await rollout.says(0, 'advance');
    await rollout.says(2, 'advance');
    await rollout.says(4, 'rollBack');
    await eventually('it is on its way back', () => rollout.journal.lines.includes('30 %'));
    await rollout.says(4, 'rollBack', 'ejected');
    expect(await rollout.outcome()).toMatchObject({ kind: 'rolledBack' });
    expect(splits(rollout).slice(-2)).toEqual(['50 %', '30 %']);
  });
});

test('an analysis that is skipped has not passed: only the last one promotes, and that is never skipped', async () => {
  await withRollout({ champion }, async (rollout) => {
    const { handle, journal } = rollout;
    await rollout.says(0, 'advance');
    await eventually('step 2 is watched', () => journal.lines.includes('watch step 2'));
    await handle.signal(operatorOrdered, order('skip', 2));
    await eventually('step 4 is watched', () => journal.lines.includes('watch step 4'));
    await handle.signal(operatorOrdered, order('skip', 4));
    await rollout.says(4, 'hold');
    await handle.query('rolloutProgress');
    expect(journal.lines.join()).not.toContain('crown');
    await rollout.says(4, 'advance');
    expect(await rollout.outcome()).toEqual({ kind: 'promoted', cause: null, evidenceId: 'look/4' });
  });
});

test('an order about another step than that in progress has no effect', async () => {
  await withRollout({ champion }, async (rollout) => {
    const { handle, journal } = rollout;
    await rollout.says(0, 'advance');
    await eventually('step 2 is watched', () => journal.lines.includes('watch step 2'));
    await handle.signal(operatorOrdered, order('skip', 0));
    await handle.query('rolloutProgress');
    expect(journal.lines).not.toContain('50 %');
    await handle.signal(operatorOrdered, order('skip', 2));
    await eventually('it goes on', () => journal.lines.includes('50 %'));
    await rollout.says(4, 'rollBack');
    expect(await rollout.outcome()).toMatchObject({ kind: 'rolledBack' });
  });
});

test('an analysis that is run again counts from a new epoch, and no verdict of the epoch before passes it', async () => {
  await withRollout({ champion }, async (rollout) => {
    const { handle, journal } = rollout;
    await rollout.says(0, 'advance');
    await rollout.says(2, 'hold');
    const [first] = journal.analyses.filter((open) => open.step === 2);
    await handle.signal(operatorOrdered, order('rerun', 2));
    await eventually('step 2 is watched again', () => journal.analyses.filter((open) => open.step === 2).length === 2);
    const epochs = journal.analyses.filter((open) => open.step === 2).map(({ epoch }) => epoch);
    expect(epochs).toEqual([first?.epoch, (first?.epoch ?? 0) + 1]);
    expect(await phaseOf(rollout)).toBe('analysis of errorRate, run 2');
    await rollout.says(2, 'advance');
    await rollout.says(4, 'advance');
    expect(await rollout.outcome()).toMatchObject({ kind: 'promoted' });
    expect(splits(rollout)).toEqual(['shadow 100 %', '10 %', '10 %', '50 %']);
  });
});

test('in a freeze no share grows, and a breach rolls back all the same', async () => {
  const freeze: RolloutPlan['freeze'] = [{ days: ['sat', 'sun'], from: '00:00', to: '24:00', timezone: 'UTC' }];
  await withRollout({ champion, plan: { freeze } }, async (rollout) => {
    const { journal } = rollout;
    await rollout.says(0, 'advance');
    await rollout.says(2, 'hold');
    journal.thawsIn = 1_000;
    await rollout.says(2, 'advance');
    await eventually('it waits', async () => (await phaseOf(rollout)) === 'waiting for the end of a freeze');
    expect(journal.lines).not.toContain('50 %');
    journal.thawsIn = null;
    await eventually('it goes on', () => journal.lines.includes('50 %'));
    journal.thawsIn = 3_600_000;
    await rollout.says(4, 'advance');
    await eventually('it waits', async () => (await phaseOf(rollout)) === 'waiting for the end of a freeze');
    await rollout.says(4, 'rollBack');
    expect(await rollout.outcome()).toMatchObject({ kind: 'rolledBack' });
    expect(journal.lines.join()).not.toContain('crown');
  });
});

test('a paused rollout is still paused by the same person after every worker has been replaced', async () => {
  await withRollout({ champion }, async (rollout) => {
    const { handle, journal } = rollout;
    await eventually('the shadow is watched', () => journal.lines.includes('watch step 0'));
    await handle.signal(operatorOrdered, order('pause'));
    await rollout.restart();
    await rollout.says(0, 'advance');
    expect(await handle.query('rolloutProgress')).toMatchObject({
      paused: true,
      hold: { by: 'ada', reason: 'because', at: expect.any(String) },
    });
    expect(journal.lines).not.toContain('10 %');
    await handle.signal(operatorOrdered, order('resume'));
    await rollout.says(2, 'rollBack');
    expect(await rollout.outcome()).toMatchObject({ kind: 'rolledBack' });
    expect(await handle.query('rolloutProgress')).toMatchObject({ paused: false, hold: null });
  });
});
