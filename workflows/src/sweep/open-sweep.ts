import type { SweepModel, SweepState } from '@laurel/contracts';
import { countTrials } from '@laurel/domain';
import { computing, sweeping } from '../activity-proxies.js';

/** Fixes the data that every trial sees, and tells the sampler what is known of before. */
export async function openSweep(input: SweepModel): Promise<SweepState> {
  const { project: model, folder, runId, sweep } = input;
  const run = { project: model.metadata.name, runId };
  const startedAt = Date.now();
  await sweeping.beginSweep({ ...run, sweep, model });
  const context = { ...run, rerun: false, model, folder };
  const dataset = await computing.snapshotData(context);
  await computing.validateData({ ...context, dataset });
  const parts = await computing.splitData({ ...context, dataset });
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
