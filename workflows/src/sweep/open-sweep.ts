import type { SweepModel, SweepState } from '@laurel/contracts';
import { countTrials } from '@laurel/domain';
import { CancellationScope } from '@temporalio/workflow';
import { sweeping } from '../activity-proxies.js';
import { prepareData } from '../training/prepare-data.js';

/** Fixes the data that every trial sees, and tells the sampler what is known of before. */
export async function openSweep(input: SweepModel): Promise<SweepState> {
  const { project: model, folder, runId, sweep } = input;
  const run = { project: model.metadata.name, runId };
  const startedAt = Date.now();
  // Shielded: a sweep that is cancelled at once has a run that says so.
  await CancellationScope.nonCancellable(() => sweeping.beginSweep({ ...run, sweep, model }));
  const { dataset, parts } = await prepareData(() => ({ ...run, rerun: false, model, folder }));
  await sweeping.warmSweep({ ...run, sweep, model, parts });
  return {
    schema: 1,
    startedAt,
    dataset,
    parts,
    next: 0,
    counts: countTrials([]),
    steps: 0,
    gpuMilliseconds: 0,
    firstFailure: null,
    ended: null,
  };
}
