import type { Run, Runs } from '@laurel/ports';
import { found, listThem } from '../http/found.js';

/** A run by its id. Error: `NotFound`. */
export async function findRun(runs: Runs, runId: string): Promise<Run> {
  return found(await runs.find(runId), `run ${runId}`, listThem.runs);
}
