import type { Events, IdempotencyKeys, Observations, Webhooks } from '@laurel/ports';
import type { Logger } from '@laurel/telemetry';
import { type PruneAuditPorts, pruneAudit } from './prune-audit.js';
import { type PruneUploadsPorts, pruneUploads } from './prune-uploads.js';
import type { RetentionTimes } from './retention-times.js';

/** What the pruner reads and writes. */
export interface PrunerPorts extends PruneAuditPorts, PruneUploadsPorts {
  readonly events: Pick<Events, 'prune'>;
  readonly idempotencyKeys: Pick<IdempotencyKeys, 'prune'>;
  readonly observations: Pick<Observations, 'pruneTraffic' | 'pruneFeedback'>;
  readonly webhooks: Pick<Webhooks, 'prune'>;
}

/** Removes from stores what has been kept for long enough. No proof is among it: of the audit log a signed checkpoint stays. */
export function createPruner(
  ports: PrunerPorts,
  log: Logger,
  keep: Omit<RetentionTimes, 'jobs'>,
): { pass(): Promise<void> } {
  const { events, idempotencyKeys, observations, webhooks } = ports;
  const kinds = {
    deliveries: () => webhooks.prune(keep.events),
    events: () => events.prune(keep.events),
    answers: () => idempotencyKeys.prune(keep.events),
    traffic: () => observations.pruneTraffic(keep.traffic),
    feedback: () => observations.pruneFeedback(keep.feedback),
    parts: () => pruneUploads(ports),
  };
  return {
    pass: async () => {
      for (const [kind, prune] of Object.entries(kinds)) {
        const { removed } = await prune();
        if (removed > 0) log.info({ kind, removed }, 'what was kept for long enough is removed');
      }
      await pruneAudit(ports, log, keep.audit);
    },
  };
}
