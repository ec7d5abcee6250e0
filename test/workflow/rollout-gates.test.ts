import { operatorOrdered } from '@laurel/contracts';
import type { RolloutPlan, RolloutStepSpec } from '@laurel/domain';
import { versionRef } from '../support/rollout-journal.js';
import { withRollout } from '../support/running-rollout.js';
import { eventually, quietRuntime } from '../support/workflow-world.js';

quietRuntime();

const champion = versionRef(1);
const gate = (kind: 'confirm' | 'rollback', interval = '1s'): RolloutStepSpec => ({
  gate: { url: 'https://ops.example.com/gate', kind, interval, timeout: '10s' },
});
const planWith = (...gates: readonly RolloutStepSpec[]): Partial<RolloutPlan> => ({
  steps: [{ setWeight: 10 }, ...gates, { analysis: { metrics: ['errorRate'] } }],
});

test('a gate is asked until it confirms, and says meanwhile whom the rollout waits for', async () => {
  await withRollout({ champion, plan: planWith(gate('confirm')) }, async ({ journal, handle, says, outcome }) => {
    await eventually('it is asked again', () => journal.lines.filter((line) => line.startsWith('ask')).length > 1);
    const { phase } = await handle.query<{ phase: string }>('rolloutProgress');
    expect(phase).toBe('waiting for ops.example.com, which answered 503');
    expect(journal.lines).not.toContain('watch step 2');
    journal.gateOpen = true;
    await says(2, 'advance');
    expect(await outcome()).toMatchObject({ kind: 'promoted', evidenceId: 'look/2' });
  });
});

test.each([
  ['that has said no', false],
  ['that has not answered', 'silent'],
] as const)('a breach turns back a rollout that waits for a gate %s', async (_, gateOpen) => {
  await withRollout(
    { champion, gateOpen, plan: planWith(gate('confirm', '1h')) },
    async ({ journal, says, outcome }) => {
      await eventually('it is asked', () => journal.lines.includes('ask confirm at step 1'));
      await says(0, 'rollBack', 'ejected');
      expect(await outcome()).toMatchObject({ kind: 'rolledBack', cause: 'ejected: errorRate' });
    },
  );
});

test('a rollback gate holds nothing up, and its yes turns the rollout back at any later step', async () => {
  await withRollout({ champion, plan: planWith(gate('rollback')) }, async ({ journal, says, outcome }) => {
    await says(2, 'hold');
    await eventually('it is asked again', () => journal.lines.filter((line) => line.startsWith('ask')).length > 1);
    journal.gateOpen = true;
    expect(await outcome()).toMatchObject({
      kind: 'rolledBack',
      cause: 'the rollback gate at ops.example.com demanded it',
    });
    expect(journal.lines.slice(-2)).toEqual(['restore', 'rolledBack']);
  });
});

test('a rollback gate that says no all the time stands in no way', async () => {
  await withRollout({ champion, plan: planWith(gate('rollback', '1h')) }, async ({ says, outcome }) => {
    await says(2, 'advance');
    expect(await outcome()).toMatchObject({ kind: 'promoted' });
  });
});

test('an admin skips a gate whose program is gone', async () => {
  await withRollout({ champion, plan: planWith(gate('confirm', '1h')) }, async ({ journal, handle, says, outcome }) => {
    await eventually('it is asked', () => journal.lines.includes('ask confirm at step 1'));
    await handle.signal(operatorOrdered, { kind: 'skip', step: 1, by: 'ada', reason: 'it is down' });
    await says(2, 'advance');
    expect(await outcome()).toMatchObject({ kind: 'promoted' });
  });
});
