import { jobName } from '@laurel/activities';
import { codeVersion, rolloutId, workflowIdOfRun, workflowIds } from '@laurel/contracts';
import type { Rollout } from '@laurel/domain';
import type {
  Audit,
  JobLauncher,
  ModelRegistry,
  Orchestrator,
  Projects,
  Rollouts,
  Routing,
  Runs,
  Sweeps,
  Triggers,
} from '@laurel/ports';
import type { Logger } from '@laurel/telemetry';
import { startStrandedRegistrations } from './reconcile-registrations.js';
import { closeTrial, startStrandedSweeps } from './reconcile-sweeps.js';

/** What the reconciler compares and mends. */
export interface ReconcilerPorts {
  readonly routing: Routing;
  readonly rollouts: Rollouts;
  readonly runs: Runs;
  readonly triggers: Triggers;
  readonly jobs: JobLauncher;
  readonly sweeps: Sweeps;
  readonly modelRegistry: ModelRegistry;
  readonly projects: Projects;
  readonly audit: Audit;
  readonly orchestrator: Orchestrator;
}

/** A row younger than this may belong to a workflow that is just being started. */
const youngMilliseconds = 15_000;

/**
 * Finds what a workflow left behind when it was terminated by hand or its history is gone, and returns it to its state
 * before: Temporal runs no undo on terminate. Also signals triggers whose inserter died before it could.
 */
export function createReconciler(ports: ReconcilerPorts, log: Logger): { pass(): Promise<void> } {
  return {
    pass: async () => {
      for (const rollout of await ports.rollouts.listRunning()) await mendRollout(ports, rollout, log);
      await mendRuns(ports, log);
      await fireStranded(ports, log);
      await startStrandedSweeps(ports, { olderThan: youngMilliseconds, log });
      await startStrandedRegistrations(ports, { olderThan: youngMilliseconds, log });
    },
  };
}

async function mendRollout(ports: ReconcilerPorts, rollout: Rollout, log: Logger): Promise<void> {
  if (isYoung(rollout.startedAt)) return;
  const workflowId = workflowIds.rollout(rollout.endpoint, rollout.incarnation);
  const status = await ports.orchestrator.workflowStatus(workflowId);
  if (status === 'running') return;
  const id = rolloutId(rollout.endpoint, rollout.incarnation);
  const cause = `workflow ${workflowId} is ${status} without having ended its rollout`;
  log.warn({ rollout: id, status }, 'a rollout without its workflow is rolled back');
  const { endpoint, project, incarnation, fence, challenger } = rollout;
  await ports.routing.restore({ endpoint, project, incarnation, fence, challenger, reason: cause, codeVersion });
  await ports.routing.endRollout({ rollout: id, outcome: 'rolledBack', cause, evidenceId: null });
  await ports.audit.append({ actor: 'reconciler', action: 'rollout.reconciled', subject: id, detail: { status } });
}

async function mendRuns(ports: ReconcilerPorts, log: Logger): Promise<void> {
  const jobs = new Set(await ports.jobs.running());
  for (const run of await ports.runs.listRunning()) {
    if (isYoung(run.startedAt)) continue;
    const workflowId = workflowIdOfRun(run);
    const status = await ports.orchestrator.workflowStatus(workflowId);
    if (status === 'running') continue;
    if (run.work.kind === 'training' && status === 'absent' && (await isWaiting(ports, run.project))) continue;
    const message = `workflow ${workflowId} is ${status} without having ended its run; train again.`;
    log.warn({ run: run.runId, status }, 'a run without its workflow is closed');
    if (jobs.has(jobName(run))) await ports.jobs.remove(jobName(run));
    if (run.work.kind === 'trial')
      await closeTrial(ports, { sweep: run.work.parent, number: run.work.number, message });
    await ports.runs.update(run.runId, { status: 'failed', code: 'Internal', message, ended: true });
    await ports.audit.append({ actor: 'reconciler', action: 'run.reconciled', subject: run.runId, detail: { status } });
  }
}

/** A run that was accepted but not yet started waits in its model's entity. */
async function isWaiting(ports: ReconcilerPorts, project: string): Promise<boolean> {
  return (await ports.orchestrator.workflowStatus(workflowIds.model(project))) === 'running';
}

async function fireStranded(ports: ReconcilerPorts, log: Logger): Promise<void> {
  for (const { key, project, kind, runId, request } of await ports.triggers.listStranded(youngMilliseconds)) {
    log.warn({ key, project }, 'a trigger whose inserter died is fired');
    const known = kind === 'schedule' || kind === 'newData' ? kind : 'manual';
    await ports.orchestrator.fireTrigger(project, {
      key,
      kind: known,
      runId,
      ...(request ?? { from: null, requestedBy: 'reconciler', rollOut: true }),
    });
  }
}

function isYoung(at: string): boolean {
  return Date.now() - Date.parse(at) < youngMilliseconds;
}
