import type { Field, Manner } from '../../training/field.js';
import { runBaseline, runInterrupted } from '../../training/preempted-run.js';
import { type Summary, summarise } from '../samples.js';

/** From a preemption to the first step after it, seconds. */
export interface Resumption {
  readonly trainer: string;
  readonly manner: Manner;
  /** Until the trainer's next process runs its first line. */
  readonly started: Summary;
  /** Until it has done its first step: its imports, its data and the checkpoint are read. */
  readonly resumed: Summary;
}

/** Preempts a run once in its middle, so many times in each manner. Error: a run that did not survive as it must. */
export async function measureResumption(field: Field, rounds: number): Promise<readonly Resumption[]> {
  const baseline = await runBaseline(field);
  const measured: Resumption[] = [];
  for (const manner of ['term', 'kill'] as const) {
    const started: number[] = [];
    const resumed: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const run = await runInterrupted(field, baseline, [{ step: Math.round(baseline.steps / 2), manner }]);
      if (run.violations.length > 0) throw new Error(`run ${run.runId}: ${run.violations.join('; ')}`);
      started.push(...run.started.map((milliseconds) => milliseconds / 1_000));
      resumed.push(...run.resumed.map((milliseconds) => milliseconds / 1_000));
    }
    measured.push({ trainer: field.trainer.title, manner, started: summarise(started), resumed: summarise(resumed) });
  }
  return measured;
}
