import { workflowIds } from '@laurel/contracts';
import type { ModelRegistry, Orchestrator } from '@laurel/ports';
import type { Logger } from '@laurel/telemetry';

/** Starts the gates of versions that wait without a workflow: whoever stored them died before, or Temporal lost it. */
export async function startStrandedRegistrations(
  { modelRegistry, orchestrator }: { readonly modelRegistry: ModelRegistry; readonly orchestrator: Orchestrator },
  { olderThan, log }: { readonly olderThan: number; readonly log: Logger },
): Promise<void> {
  for (const { name, version } of await modelRegistry.listPending(olderThan)) {
    const workflowId = workflowIds.register(name, version);
    if ((await orchestrator.workflowStatus(workflowId)) === 'running') continue;
    log.warn({ model: name, version }, 'a version that waits for its gates without a workflow gets one');
    await orchestrator.startRegistration({ name, version });
  }
}
