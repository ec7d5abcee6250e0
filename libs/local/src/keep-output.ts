import { rm } from 'node:fs/promises';
import type { JobOutcome } from '@laurel/domain';
import type { ObjectStore } from '@laurel/ports';
import { writeOnce } from '../bin/atomic-file.mjs';
import { type AttemptFiles, discard, type JobFiles, readJson, readSpec } from './job-files.js';
import { describeMachine } from './machine.js';
import { uploadOutput } from './upload-output.js';

/**
 * Stores the result of an attempt that ended well. Then its files, the checkpoints and the data have served. Of several
 * callers the first to finish decides; what another one makes of folders that are being taken away does not count.
 */
export async function keepOutput(job: JobFiles, attempt: AttemptFiles, objects: ObjectStore): Promise<JobOutcome> {
  const outcome = (await known(attempt)) ?? (await store(attempt, objects));
  if (outcome.kind === 'done') {
    // Also after a result that was stored before: whoever stored it may have died here.
    await discard(attempt.output);
    for (const folder of [job.checkpoints, job.data]) await rm(folder, { recursive: true, force: true });
  }
  return outcome;
}

async function store(attempt: AttemptFiles, objects: ObjectStore): Promise<JobOutcome> {
  try {
    await describeMachine(attempt);
    const isTrainer = (await readSpec(attempt))?.data !== null;
    const outcome = await uploadOutput(attempt.output, objects, { isTrainer });
    if (outcome.kind === 'done') writeOnce(attempt.result, outcome);
    return (await known(attempt)) ?? outcome;
  } catch (error) {
    const other = await known(attempt);
    if (other !== undefined) return other;
    throw error;
  }
}

const known = (attempt: AttemptFiles) => readJson<JobOutcome>(attempt.result);
