import type { Routing } from '@laurel/ports';
import { type Connection, transact } from '../transact.js';
import { closeAnalysis, openAnalyses, openAnalysis } from './analyses.js';
import { beginRollout } from './begin.js';
import { commitSplit } from './commit.js';
import { crownOrRecord } from './crown-or-record.js';
import { endRollout } from './end.js';
import { prepareSplit } from './prepare.js';
import { readinessOf } from './readiness.js';
import { restoreSplit } from './restore.js';
import { rollBackChampion } from './roll-back.js';
import { splitIn } from './split-rows.js';
import { splitHistory, viewEndpoints } from './views.js';

export function createRouting(db: Connection): Routing {
  return {
    current: (endpoint) => splitIn(db, endpoint, 'committed'),
    endpoints: () => viewEndpoints(db),
    find: async (endpoint) => (await viewEndpoints(db, endpoint))[0],
    history: (endpoint, limit) => splitHistory(db, endpoint, limit),
    beginRollout: (input) => transact(db, (trx) => beginRollout(trx, input)),
    prepare: (draft, changeId) => transact(db, (trx) => prepareSplit(trx, draft, changeId)),
    readiness: (endpoint, epoch) => readinessOf(db, endpoint, epoch),
    commit: (input) => transact(db, (trx) => commitSplit(trx, input)),
    crown: (input) => crownOrRecord(db, input),
    restore: (input) => transact(db, (trx) => restoreSplit(trx, input)),
    endRollout: (input) => transact(db, (trx) => endRollout(trx, input)),
    rollBackChampion: (input) => transact(db, (trx) => rollBackChampion(trx, input)),
    openAnalysis: (analysis) => transact(db, (trx) => openAnalysis(trx, analysis)),
    closeAnalysis: (rollout) => closeAnalysis(db, rollout),
    openAnalyses: () => openAnalyses(db),
  };
}
