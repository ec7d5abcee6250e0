import type { Fleet } from '@laurel/ports';
import type { Connection } from '../transact.js';
import { desiredState } from './desired.js';
import { acknowledge, endLease, renewLease, reportEjection } from './leases.js';
import { addPredictions, addSums } from './telemetry.js';
import { keepLoaded, letGo } from './warm-versions.js';

export function createFleet(db: Connection): Fleet {
  return {
    desired: () => desiredState(db),
    keepLoaded: (wish) => keepLoaded(db, wish),
    letGo: (wish) => letGo(db, wish),
    renewLease: (process, milliseconds) => renewLease(db, process, milliseconds),
    endLease: (process) => endLease(db, process),
    acknowledge: (ack) => acknowledge(db, ack),
    addSums: (sums) => addSums(db, sums),
    addPredictions: (rows) => addPredictions(db, rows),
    reportEjection: (ejection) => reportEjection(db, ejection),
  };
}
