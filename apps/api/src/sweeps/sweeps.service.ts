import { randomUUID } from 'node:crypto';
import { LaurelError, workflowIds } from '@laurel/contracts';
import type { StartSweepBody, SweepResultsView, SweepView, TrialView } from '@laurel/contracts/schemas';
import { bestSoFar, bestTrial, countTrials, paretoFront, type Sweep, type Trial } from '@laurel/domain';
import type { Audit, Orchestrator, Projects, Sweeps } from '@laurel/ports';
import { Inject, Injectable } from '@nestjs/common';
import { found, listThem } from '../http/found.js';
import { tokens } from '../tokens.js';

/** Asks for sweeps, and puts their results together. */
@Injectable()
export class SweepsService {
  constructor(
    @Inject(tokens.projects) private readonly projects: Projects,
    @Inject(tokens.sweeps) private readonly sweeps: Sweeps,
    @Inject(tokens.orchestrator) private readonly orchestrator: Orchestrator,
    @Inject(tokens.audit) private readonly audit: Audit,
  ) {}

  /** Stores the sweep under its unique key first, and only its inserter starts it. Errors: `NotFound`, `InvalidProject`. */
  async start(project: string, body: StartSweepBody, actor: string) {
    const stored = found(await this.projects.find(project), `project "${project}"`, listThem.projects);
    const { sweep: spec } = stored.project.spec;
    if (spec == null) {
      const message = `spec.sweep of ${project} is null, so there is nothing to search; declare spec.sweep.space and apply again.`;
      throw new LaurelError('InvalidProject', message);
    }
    const runId = randomUUID().replaceAll('-', '');
    const { rollOut } = body;
    const key = body.key ?? runId;
    const { inserted, sweep } = await this.sweeps.ask({ runId, project, key, spec, requestedBy: actor, rollOut });
    const workflowId = workflowIds.sweep(project, sweep.runId);
    if (!inserted) return { runId: sweep.runId, workflowId, created: false };
    await this.begin({
      project: stored.project,
      folder: stored.folder,
      runId,
      sweep: spec,
      requestedBy: actor,
      rollOut,
    });
    await this.audit.append({ actor, action: 'sweep.requested', subject: project, detail: { runId, key } });
    return { runId, workflowId, created: true };
  }

  private async begin(sweep: Parameters<Orchestrator['startSweep']>[0]): Promise<void> {
    try {
      await this.orchestrator.startSweep(sweep);
    } catch (error) {
      // The key must be free again, or nobody would ever start this sweep.
      await this.sweeps.withdraw(sweep.runId);
      throw error;
    }
  }

  /** Asks the sweep to stop; its trials are stopped first. Errors: `NotFound`, `Conflict` (it has ended). */
  async cancel(runId: string, actor: string): Promise<SweepView> {
    const sweep = await this.find(runId);
    if (sweep.endedAt !== null) {
      throw new LaurelError('Conflict', `Sweep ${runId} has ended as ${sweep.status}; there is nothing to cancel.`);
    }
    await this.orchestrator.cancelSweep(sweep.project, runId);
    await this.audit.append({ actor, action: 'sweep.cancelled', subject: sweep.project, detail: { runId } });
    return toSweepView(sweep);
  }

  /** Asks one trial to stop; it ends as pruned. Errors: `NotFound`, `Conflict` (it has ended). */
  async stopTrial(runId: string, number: number, actor: string): Promise<TrialView> {
    const { project } = await this.find(runId);
    const next = `see laurel sweep results ${runId} for those it has`;
    const trial = found(await this.sweeps.findTrial(runId, number), `trial ${number} of sweep ${runId}`, next);
    if (trial.state !== 'running') {
      throw new LaurelError(
        'Conflict',
        `Trial ${number} of sweep ${runId} has ended as ${trial.state}; there is nothing to stop.`,
      );
    }
    await this.orchestrator.stopTrial({ project, sweep: runId, number }, { by: actor, reason: 'asked by hand' });
    await this.audit.append({ actor, action: 'trial.stopped', subject: project, detail: { runId, number } });
    return toTrialView(trial);
  }

  async results(runId: string): Promise<SweepResultsView> {
    const sweep = await this.find(runId);
    const trials = await this.sweeps.trials(runId);
    const { objectives } = sweep.spec;
    const best = trials.find(({ number }) => number === sweep.registeredTrial) ?? bestTrial(trials, objectives);
    const curve = bestSoFar(trials, objectives);
    return {
      ...toSweepView(sweep),
      counts: countTrials(trials),
      steps: trials.reduce((sum, { steps }) => sum + steps, 0),
      gpuSeconds: trials.reduce((sum, { gpuMilliseconds }) => sum + gpuMilliseconds, 0) / 1_000,
      best: best && toTrialView(best),
      front: paretoFront(trials, objectives).map(toTrialView),
      importance: sweep.importance.map(({ objective, shares }) => ({ objective, shares: [...shares] })),
      curve: curve.map(({ trial, steps }) => ({ number: trial.number, steps, values: [...(trial.values ?? [])] })),
    };
  }

  async trials(runId: string): Promise<TrialView[]> {
    await this.find(runId);
    return (await this.sweeps.trials(runId)).map(toTrialView);
  }

  private async find(runId: string): Promise<Sweep> {
    return found(await this.sweeps.find(runId), `sweep ${runId}`, listThem.sweeps);
  }
}

export function toSweepView(sweep: Sweep): SweepView {
  const { runId, project, spec, status, requestedBy, rollOut, registeredTrial, version } = sweep;
  const { algorithm, trials, parallel, objectives } = spec;
  return {
    runId,
    project,
    status,
    algorithm,
    trials,
    parallel,
    objectives: [...objectives],
    spec: { ...spec },
    requestedBy,
    rollOut,
    registeredTrial,
    version,
    code: sweep.code,
    message: sweep.message,
    askedAt: sweep.askedAt,
    endedAt: sweep.endedAt,
  };
}

function toTrialView(trial: Trial): TrialView {
  const { number, runId, parameters, state, values, steps, gpuMilliseconds } = trial;
  return {
    number,
    runId,
    parameters: { ...parameters },
    state,
    values: values && [...values],
    steps,
    gpuSeconds: gpuMilliseconds / 1_000,
    package: trial.package,
    code: trial.code,
    message: trial.message,
    startedAt: trial.startedAt,
    endedAt: trial.endedAt,
  };
}
