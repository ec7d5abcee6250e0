import { type RunProject, taskQueues, workflowIds } from '@laurel/contracts';
import type { Orchestrator } from '@laurel/ports';
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { translated } from './failures.js';

/** Runs of MLproject folders, asked from outside. `memo` goes with every workflow started here. */
export function projectRunCalls(
  client: Client,
  { memo }: { readonly memo?: Record<string, unknown> },
): Pick<Orchestrator, 'startProjectRun' | 'cancelProjectRun'> {
  return {
    startProjectRun: (run) =>
      translated(async () => {
        const workflowId = workflowIds.run(run.project, run.runId);
        const input: RunProject = run;
        try {
          await client.workflow.start('runProject', {
            taskQueue: taskQueues.control,
            ...(memo === undefined ? {} : { memo }),
            workflowId,
            workflowIdReusePolicy: 'REJECT_DUPLICATE',
            args: [input],
            staticSummary: `${run.entry} of ${run.project}`,
          });
          return { workflowId, started: true };
        } catch (error) {
          if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
          return { workflowId, started: false };
        }
      }),
    cancelProjectRun: (project, runId) =>
      translated(async () => {
        await client.workflow.getHandle(workflowIds.run(project, runId)).cancel();
      }),
  };
}
