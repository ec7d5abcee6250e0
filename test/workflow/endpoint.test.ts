import { endpointState, taskQueues, verdictChanged, workflowIds } from '@laurel/contracts';
import type { RolloutPlan } from '@laurel/domain';
import { type JournalOptions, openJournal, type RolloutJournal, versionRef } from '../support/rollout-journal.js';
import { eventually, openWorkflowWorld, quietRuntime, type WorkflowWorld } from '../support/workflow-world.js';

quietRuntime();

const plan: RolloutPlan = {
  steps: [{ setWeight: 10 }, { analysis: { metrics: ['errorRate'] } }],
  metrics: { errorRate: { role: 'guardrail', direction: 'lower', margin: 0.01, minimumSample: 10 } },
  stickyKey: null,
  deadline: '1h',
  baseline: null,
  approval: { required: false, approvers: 1, expiresAfter: '1d' },
};

async function withEndpoint(
  options: JournalOptions,
  story: (at: {
    readonly world: WorkflowWorld;
    readonly journal: RolloutJournal;
    readonly promote: (
      version: number,
      requestId?: string,
      more?: Partial<RolloutPlan>,
    ) => ReturnType<WorkflowWorld['orchestrator']['requestPromotion']>;
  }) => Promise<void>,
): Promise<void> {
  const journal = openJournal(options);
  await using world = await openWorkflowWorld({ activities: { [taskQueues.control]: journal.activities } });
  await story({
    world,
    journal,
    promote: (version, requestId = `request-${version}`, more = {}) =>
      world.orchestrator.requestPromotion({
        requestId,
        endpoint: 'churn',
        project: 'churn',
        challenger: versionRef(version),
        plan: { ...plan, ...more },
        requestedBy: 'test',
      }),
  });
}

async function pass(world: WorkflowWorld, journal: RolloutJournal, incarnation: number): Promise<void> {
  const id = workflowIds.rollout('churn', incarnation);
  await eventually(`rollout ${incarnation} is watched`, () =>
    journal.analyses.some((open) => open.workflowId === id && open.step === 1),
  );
  await world.client.workflow.getHandle(id).signal(verdictChanged, {
    step: 1,
    epoch: 1,
    action: 'advance',
    evidenceId: `look/${incarnation}`,
    reasons: [],
    metrics: [],
  });
}

test('two promotions asked at once are carried out one after the other', async () => {
  await withEndpoint({ champion: versionRef(1) }, async ({ world, journal, promote }) => {
    const accepted = await Promise.all([promote(2), promote(3)]);
    expect(accepted.map(({ incarnation }) => incarnation).toSorted((a, b) => a - b)).toEqual([1, 2]);
    await pass(world, journal, 1);
    await pass(world, journal, 2);
    await eventually('both are promoted', () => journal.lines.filter((line) => line === 'promoted').length === 2);
    const firstEnd = journal.lines.indexOf('promoted');
    const secondBegin = journal.lines.findIndex((line) => line.startsWith('begin 2'));
    expect(secondBegin).toBeGreaterThan(firstEnd);
  });
});

test('a newer version that does not wait turns the rollout in progress back as superseded, and follows it', async () => {
  await withEndpoint({ champion: versionRef(1) }, async ({ world, journal, promote }) => {
    await promote(2);
    await eventually('the first is watched', () => journal.lines.includes('watch step 1'));
    await promote(3, 'request-3', { onNewVersion: 'supersede' });
    await pass(world, journal, 2);
    await eventually('the second is promoted', () => journal.lines.includes('promoted'));
    expect(journal.lines.filter((line) => /^(begin|restore|superseded|crown|promoted)/.test(line))).toEqual([
      'begin 1 with v2',
      'restore',
      'superseded',
      'begin 2 with v3',
      'crown v3 on look/2',
      'promoted',
    ]);
  });
});

test('an older version never supersedes a newer one', async () => {
  await withEndpoint({ champion: versionRef(1) }, async ({ world, journal, promote }) => {
    await promote(3);
    await promote(2, 'request-2', { onNewVersion: 'supersede' });
    await pass(world, journal, 1);
    await eventually('the first is promoted', () => journal.lines.includes('promoted'));
    expect(journal.lines).not.toContain('superseded');
  });
});

test('one request asked a hundred times starts one rollout', async () => {
  await withEndpoint({ champion: versionRef(1) }, async ({ journal, promote }) => {
    const accepted = await Promise.all(Array.from({ length: 100 }, () => promote(2, 'the-same')));
    expect(new Set(accepted.map(({ incarnation }) => incarnation))).toEqual(new Set([1]));
    await eventually('the rollout has begun', () => journal.lines.some((line) => line.startsWith('begin')));
    expect(journal.lines.filter((line) => line.startsWith('begin'))).toEqual(['begin 1 with v2']);
  });
});

test('an entity that lost its history goes on above the fence that Postgres knows', async () => {
  await withEndpoint({ champion: versionRef(1), fence: 41 }, async ({ promote }) => {
    expect((await promote(2)).incarnation).toBe(42);
  });
});

test('a rollout that needs an operator stops further promotions until it is cleared', async () => {
  await withEndpoint(
    { champion: versionRef(1), broken: ['restoreSplit', 'prepareSplit'] },
    async ({ world, promote }) => {
      await promote(2);
      const handle = world.client.workflow.getHandle(workflowIds.endpoint('churn'));
      await eventually(
        'the endpoint waits for an operator',
        async () => (await handle.query(endpointState)).needsOperator !== null,
      );
      await expect(promote(3)).rejects.toThrow(/operator/);
      await world.orchestrator.clearEndpoint('churn', 'ada');
      expect((await promote(3)).incarnation).toBe(2);
    },
  );
});

test('an abort reaches the rollout in progress, and without one it is refused', async () => {
  await withEndpoint({ champion: versionRef(1) }, async ({ world, journal, promote }) => {
    await promote(2);
    await eventually('the canary is on', () => journal.lines.includes('watch step 1'));
    await world.orchestrator.orderRollout('churn', { kind: 'abort', by: 'ada', reason: 'no' });
    await eventually('the rollout is aborted', () => journal.lines.includes('aborted'));
    await eventually(
      'the endpoint is idle',
      async () =>
        (await world.client.workflow.getHandle(workflowIds.endpoint('churn')).query(endpointState)).current === null,
    );
    await expect(world.orchestrator.orderRollout('churn', { kind: 'abort', by: 'ada', reason: 'no' })).rejects.toThrow(
      /no rollout in progress/,
    );
  });
});

test('a champion is rolled back by hand without any rollout', async () => {
  await withEndpoint({ champion: versionRef(1) }, async ({ world, journal }) => {
    const { restored } = await world.orchestrator.rollBackEndpoint('churn', {
      requestId: 'r1',
      by: 'ada',
      reason: 'complaints',
    });
    expect(restored).toEqual(versionRef(1));
    expect(journal.lines).toEqual(['back by ada']);
  });
});
