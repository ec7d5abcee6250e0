import type { Field } from '../../training/field.js';
import { attemptsIn, readJournal } from '../../training/journal.js';
import { type Summary, summarise } from '../samples.js';

/** What keeping checkpoints costs a trainer. */
export interface CheckpointCost {
  readonly trainer: string;
  /** Steps from one to the next. */
  readonly every: number;
  readonly bytes: Summary;
  /** Of one commit: shards, digests, manifest and `LATEST`, each flushed to the disk. */
  readonly milliseconds: Summary;
  /** Of the time from the first step to the last; percent, one number a run. */
  readonly share: Summary;
}

/** Trains again and again, and reads from the journals what the commits took. */
export async function measureCheckpoints(field: Field, rounds: number): Promise<CheckpointCost> {
  const commits: { readonly bytes: number; readonly milliseconds: number }[] = [];
  const shares: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const runId = await field.train();
    await field.ended(runId);
    const trace = attemptsIn(await readJournal(field.journal, runId)).at(-1);
    const [first, last] = [trace?.steps[0], trace?.steps.at(-1)];
    if (trace === undefined || first === undefined || last === undefined) throw new Error(`run ${runId} made no step`);
    commits.push(...trace.commits);
    const spent = trace.commits.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    shares.push((100 * spent) / (last.at - first.at));
  }
  return {
    trainer: field.trainer.title,
    every: field.trainer.every,
    bytes: summarise(commits.map(({ bytes }) => bytes)),
    milliseconds: summarise(commits.map(({ milliseconds }) => milliseconds)),
    share: summarise(shares),
  };
}
