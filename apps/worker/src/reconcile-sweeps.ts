import type { Orchestrator, Projects, Sweeps } from '@laurel/ports';
import type { Logger } from '@laurel/telemetry';

interface SweepPorts {
  readonly sweeps: Sweeps;
  readonly projects: Projects;
  readonly orchestrator: Orchestrator;
}

/** Starts sweeps that were stored and never begun: whoever stored them died before it could. */
export async function startStrandedSweeps(
  { sweeps, projects, orchestrator }: SweepPorts,
  { olderThan, log }: { readonly olderThan: number; readonly log: Logger },
): Promise<void> {
  for (const { project, runId, spec, requestedBy, rollOut } of await sweeps.listStranded(olderThan)) {
    const stored = await projects.find(project);
    if (stored === undefined) continue;
    log.warn({ sweep: runId, project }, 'a sweep whose inserter died is started');
    const { project: model, folder } = stored;
    await orchestrator.startSweep({ project: model, folder, runId, sweep: spec, requestedBy, rollOut });
  }
}

/** Ends the row of a trial whose workflow is gone. */
export async function closeTrial(
  { sweeps }: Pick<SweepPorts, 'sweeps'>,
  { message, ...trial }: { readonly sweep: string; readonly number: number; readonly message: string },
): Promise<void> {
  const result = { kind: 'failed', code: 'Internal', message } as const;
  await sweeps.endTrial(trial, { result, steps: 0, gpuMilliseconds: 0 });
}
