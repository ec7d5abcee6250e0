import { type SweepModel, taskQueues, trialStopped, workflowIds } from '@laurel/contracts';
import type { Orchestrator } from '@laurel/ports';
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { translated } from './failures.js';

type SweepCalls = Pick<Orchestrator, 'startSweep' | 'cancelSweep' | 'stopTrial'>;

/** Sweeps, asked from outside. `memo` goes with every workflow started here. */
export function sweepCalls(client: Client, { memo }: { readonly memo?: Record<string, unknown> }): SweepCalls {
  return {
    startSweep: (sweep) =>
      translated(async () => {
        const workflowId = workflowIds.sweep(sweep.project.metadata.name, sweep.runId);
        const input: SweepModel = { ...sweep, state: null };
        try {
          await client.workflow.start('sweepModel', {
            taskQueue: taskQueues.control,
            ...(memo === undefined ? {} : { memo }),
            workflowId,
            workflowIdReusePolicy: 'REJECT_DUPLICATE',
            args: [input],
            staticSummary: `${sweep.sweep.algorithm} over ${Object.keys(sweep.sweep.space).join(', ')}`,
          });
        } catch (error) {
          if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        }
        return { workflowId };
      }),
    cancelSweep: (project, runId) =>
      translated(async () => {
        await client.workflow.getHandle(workflowIds.sweep(project, runId)).cancel();
      }),
    stopTrial: ({ project, sweep, number }, order) =>
      translated(() =>
        client.workflow.getHandle(workflowIds.trial(project, sweep, number)).signal(trialStopped, order),
      ),
  };
}
