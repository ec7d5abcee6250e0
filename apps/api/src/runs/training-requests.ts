import { LaurelError } from '@laurel/contracts';
import type { TriggerRunBody } from '@laurel/contracts/schemas';
import type { Run, RunCircumstances, Runs, TriggerRequest } from '@laurel/ports';
import { Inject, Injectable } from '@nestjs/common';
import { found } from '../http/found.js';
import { tokens } from '../tokens.js';

/** What a caller asks of a training. */
@Injectable()
export class TrainingRequests {
  constructor(
    @Inject(tokens.runs) private readonly runs: Runs,
    @Inject(tokens.circumstances) private readonly circumstances: RunCircumstances,
  ) {}

  /** Errors: `NotFound`, `NotRepeatable`. */
  async read(project: string, body: TriggerRunBody, actor: string): Promise<TriggerRequest> {
    const { from = null, rerunOf, rollOut, seed = null } = body;
    if (rerunOf === undefined) return { from, requestedBy: actor, rollOut };
    await this.demandRepeatable(project, rerunOf);
    return { from: null, requestedBy: actor, rollOut: false, rerun: { of: rerunOf, seed } };
  }

  /** A run that is to be repeated must have left a model: the sooner that is said, the better. */
  private async demandRepeatable(project: string, runId: string): Promise<void> {
    const next = `list its runs with laurel get runs ${project}`;
    const run = found(await this.runs.find(runId), `run ${runId} of ${project}`, next);
    if (run.project !== project) {
      const message = `Run ${runId} is one of ${run.project}, not of ${project}; ask laurel train ${run.project} --rerun ${runId}.`;
      throw new LaurelError('NotFound', message);
    }
    const { made = null } = (await this.circumstances.find(runId)) ?? {};
    const reason = whyNotRepeatable(run, made !== null);
    if (reason !== null) throw new LaurelError('NotRepeatable', `Run ${runId} ${reason}.`);
  }
}

function whyNotRepeatable({ runId, project, status, work }: Run, leftModel: boolean): string | null {
  if (work.kind === 'sweep') return `is a sweep; repeat one of the trials that laurel sweep results ${runId} lists`;
  if (work.kind === 'project') return 'is a run of an MLproject folder; run it again with laurel run';
  if (status === 'running') return `has not ended; wait for it with laurel get run ${runId}, then repeat it`;
  const other = `repeat another one that laurel get runs ${project} lists`;
  return leftModel ? null : `ended as ${status} and has no record of a training that left a model; ${other}`;
}
