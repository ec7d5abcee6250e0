import type { Sweeps } from '@laurel/ports';
import type { Connection } from '../transact.js';
import { askSweep, findSweep, listStranded, listSweeps, updateSweep, withdrawSweep } from './sweep-rows.js';
import { addTrial, comparableTrials, endTrial, findTrial, listTrials } from './trial-rows.js';

export function createSweeps(db: Connection): Sweeps {
  return {
    ask: (sweep) => askSweep(db, sweep),
    find: (runId) => findSweep(db, runId),
    list: (project, page) => listSweeps(db, project, page),
    listStranded: (milliseconds) => listStranded(db, milliseconds),
    withdraw: (runId) => withdrawSweep(db, runId),
    update: (runId, change) => updateSweep(db, runId, change),
    trials: (runId) => listTrials(db, runId),
    findTrial: (runId, number) => findTrial(db, runId, number),
    addTrial: (trial) => addTrial(db, trial),
    endTrial: (trial, end) => endTrial(db, trial, end),
    comparable: (of) => comparableTrials(db, of),
  };
}
