import { type RegistrationKey, taskQueues, workflowIds } from '@laurel/contracts';
import type { Orchestrator } from '@laurel/ports';
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { translated } from './failures.js';

/** Registrations, asked from outside. `memo` goes with every workflow started here. */
export function registrationCalls(
  client: Client,
  { memo }: { readonly memo?: Record<string, unknown> },
): Pick<Orchestrator, 'startRegistration'> {
  return {
    startRegistration: (version) =>
      translated(async () => {
        const workflowId = workflowIds.register(version.name, version.version);
        const key: RegistrationKey = { name: version.name, version: version.version };
        try {
          await client.workflow.start('registerModel', {
            taskQueue: taskQueues.control,
            ...(memo === undefined ? {} : { memo }),
            workflowId,
            args: [key],
            staticSummary: `gates of version ${version.version}`,
          });
        } catch (error) {
          if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        }
        return { workflowId };
      }),
  };
}
