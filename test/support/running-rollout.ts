import { type PromoteModel, type PromotionOutcome, taskQueues, verdictChanged, workflowIds } from '@laurel/contracts';
import type { RolloutPlan } from '@laurel/domain';
import type { WorkflowHandle } from '@temporalio/client';
import { type JournalOptions, openJournal, type RolloutJournal, versionRef } from './rollout-journal.js';
import { eventually, openWorkflowWorld } from './workflow-world.js';

/** A rollout of version 2 on `churn`, whose watcher is the test. */
export interface RunningRollout {
  readonly journal: RolloutJournal;
  readonly handle: WorkflowHandle;
  /** Waits until the watcher is asked to look at a step, then says a verdict about its newest epoch. */
  readonly says: (step: number, action: 'advance' | 'rollBack' | 'hold', reason?: string) => Promise<void>;
  readonly outcome: () => Promise<PromotionOutcome>;
  /** Ends the workers and starts others. */
  readonly restart: () => Promise<void>;
}

const plan: RolloutPlan = {
  steps: [
    { shadow: { sample: 100, until: { requests: 10 } } },
    { setWeight: 10 },
    { analysis: { metrics: ['errorRate'] } },
    { setWeight: 50 },
    { analysis: { metrics: ['errorRate'] } },
  ],
  metrics: { errorRate: { role: 'guardrail', direction: 'lower', margin: 0.01, minimumSample: 10 } },
  stickyKey: null,
  deadline: '1h',
  baseline: null,
  approval: { required: false, approvers: 1, expiresAfter: '1d' },
};

/** Runs a rollout, by default with a shadow and canaries of 10 and 50 %, in a world of its own. */
export async function withRollout(
  options: JournalOptions & { readonly plan?: Partial<RolloutPlan> },
  story: (rollout: RunningRollout) => Promise<void>,
): Promise<void> {
  const journal = openJournal(options);
  await using world = await openWorkflowWorld({ activities: { [taskQueues.control]: journal.activities } });
  const input: PromoteModel = {
    endpoint: 'churn',
    project: 'churn',
    incarnation: 7,
    challenger: versionRef(2),
    plan: { ...plan, ...options.plan },
    requestedBy: 'test',
  };
  const handle = await world.client.workflow.start('promoteModel', {
    workflowId: workflowIds.rollout('churn', 7),
    taskQueue: taskQueues.control,
    args: [input],
  });
  await story({
    journal,
    handle,
    outcome: () => handle.result(),
    restart: () => world.restart(),
    says: async (step, action, reason = 'guardrailHarm') => {
      await eventually(`the watcher is asked to look at step ${step}`, () =>
        journal.analyses.some((open) => open.step === step),
      );
      await handle.signal(verdictChanged, {
        step,
        epoch: journal.analyses.findLast((open) => open.step === step)?.epoch ?? 0,
        action,
        evidenceId: `look/${step}`,
        reasons: [reason],
        metrics: ['errorRate'],
      });
    },
  });
}
