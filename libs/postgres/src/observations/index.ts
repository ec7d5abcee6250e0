import type { Observations } from '@laurel/ports';
import type { Connection } from '../transact.js';
import { addFeedback } from './feedback.js';
import { labelsOf, pairedLabelsOf } from './labels.js';
import { pruneFeedback, pruneTraffic } from './prune.js';
import { ejectionsOf, telemetryAge, totalsOf, trafficSeries } from './traffic.js';

export function createObservations(db: Connection): Observations {
  return {
    totals: (endpoint, epoch) => totalsOf(db, endpoint, epoch),
    labels: (endpoint, epoch) => labelsOf(db, endpoint, epoch),
    pairedLabels: (endpoint, epoch) => pairedLabelsOf(db, endpoint, epoch),
    ejections: (endpoint, epoch) => ejectionsOf(db, endpoint, epoch),
    telemetryAge: (endpoint, epoch) => telemetryAge(db, endpoint, epoch),
    addFeedback: (feedback) => addFeedback(db, feedback),
    trafficSeries: (endpoint, since) => trafficSeries(db, endpoint, since),
    pruneTraffic: (milliseconds) => pruneTraffic(db, milliseconds),
    pruneFeedback: (milliseconds) => pruneFeedback(db, milliseconds),
  };
}
