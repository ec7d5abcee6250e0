import { rm } from 'node:fs/promises';
import type { JobOutcome } from '@laurel/domain';
import type { ObjectStore } from '@laurel/ports';
import { writeOnce } from '../bin/atomic-file.mjs';
import { type AttemptFiles, discard, type JobFiles, readJson } from './job-files.js';
import { describeMachine } from './machine.js';
import { uploadOutput } from './upload-output.js';

/**
 * Stores the result of an attempt that ended well. Then its files, the checkpoints and the data have served. Of several
 * callers the first to finish decides; what another one makes of folders that are being taken away does not count.
 */
export async function keepOutput(job: JobFiles, attempt: AttemptFiles, objects: ObjectStore): Promise<JobOutcome> {
  const known = () => readJson<JobOutcome>(attempt.result);
  const kept = await known();
  if (kept !== undefined) return kept;
  try {
    await describeMachine(attempt);
    const outcome = await uploadOutput(attempt.output, objects);
    if (outcome.kind !== 'done') return (await known()) ?? outcome;
    writeOnce(attempt.result, outcome);
    await discard(attempt.output);
    for (const folder of [job.checkpoints, job.data]) await rm(folder, { recursive: true, force: true });
    return (await known()) ?? outcome;
  } catch (error) {
    const other = await known();
    if (other !== undefined) return other;
    throw error;
  }
}
