import { LaurelError } from '@laurel/contracts';
import type { TriggerRunBody } from '@laurel/contracts/schemas';
import type { RunCircumstances, Runs, TriggerRequest } from '@laurel/ports';
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

  /** A run that is to be repeated must have left a model: the sooner that is said, the better. Errors: `NotFound`, `NotRepeatable`. */
  async read(project: string, body: TriggerRunBody, actor: string): Promise<TriggerRequest> {
    const { from = null, rerunOf, rollOut, seed = null } = body;
    if (rerunOf === undefined) return { from, requestedBy: actor, rollOut };
    const run = await this.runs.find(rerunOf);
    found(run?.project === project ? run : undefined, `run ${rerunOf} of ${project}`);
    const { made = null } = (await this.circumstances.find(rerunOf)) ?? {};
    if (made !== null) return { from: null, requestedBy: actor, rollOut: false, rerun: { of: rerunOf, seed } };
    const message = `Run ${rerunOf} has no record of a training that left a model; repeat a run that has.`;
    throw new LaurelError('NotRepeatable', message);
  }
}
