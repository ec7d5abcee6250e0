import { LaurelError } from '@laurel/contracts';
import type { Audit, Orchestrator, Run, Runs } from '@laurel/ports';
import { Inject, Injectable } from '@nestjs/common';
import { tokens } from '../tokens.js';
import { findRun } from './find-run.js';

/** Stops trainings. */
@Injectable()
export class CancellingService {
  constructor(
    @Inject(tokens.runs) private readonly runs: Runs,
    @Inject(tokens.orchestrator) private readonly orchestrator: Orchestrator,
    @Inject(tokens.audit) private readonly audit: Audit,
  ) {}

  /** Asks the run to stop; it ends a little later. Errors: `NotFound`, `Conflict` (it has ended). */
  async cancel(runId: string, actor: string) {
    const run = await findRun(this.runs, runId);
    if (run.status !== 'running') {
      throw new LaurelError('Conflict', `Run ${runId} has ended as ${run.status}; there is nothing to cancel.`);
    }
    await this.stop(run, actor);
    await this.audit.append({ actor, action: 'training.cancelled', subject: run.project, detail: { runId } });
    return run;
  }

  private stop({ project, runId, work }: Run, by: string): Promise<void> {
    if (work.kind === 'training') return this.orchestrator.cancelTraining(project, runId);
    if (work.kind === 'project') return this.orchestrator.cancelProjectRun(project, runId);
    if (work.kind === 'sweep') return this.orchestrator.cancelSweep(project, runId);
    const trial = { project, sweep: work.parent, number: work.number };
    return this.orchestrator.stopTrial(trial, { by, reason: 'asked by hand' });
  }
}
