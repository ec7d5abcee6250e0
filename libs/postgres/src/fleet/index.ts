import type { Fleet } from '@laurel/ports';
import type { Connection } from '../transact.js';
import { desiredState } from './desired.js';
import { acknowledge, endLease, renewLease, reportEjection } from './leases.js';
import { addPredictions, addSums } from './telemetry.js';

export function createFleet(db: Connection): Fleet {
  return {
    desired: () => desiredState(db),
    renewLease: (process, milliseconds) => renewLease(db, process, milliseconds),
    endLease: (process) => endLease(db, process),
    acknowledge: (ack) => acknowledge(db, ack),
    addSums: (sums) => addSums(db, sums),
    addPredictions: (rows) => addPredictions(db, rows),
    reportEjection: (ejection) => reportEjection(db, ejection),
  };
}
