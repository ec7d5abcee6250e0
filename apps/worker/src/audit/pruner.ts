import type { Audit, AuditAnchors, Webhooks } from '@laurel/ports';
import type { Logger } from '@laurel/telemetry';

/** What the pruner reads and writes. */
export interface PrunerPorts {
  readonly audit: Audit;
  readonly auditAnchors: AuditAnchors;
  readonly webhooks: Pick<Webhooks, 'prune'>;
}

const deliveriesMilliseconds = 30 * 86_400_000;

/**
 * Removes events that are older than `keepMilliseconds`, up to an anchor, behind a signed checkpoint from which the rest
 * still verifies. A log that does not verify loses nothing. Deliveries to webhooks are kept for thirty days.
 */
export function createPruner(ports: PrunerPorts, log: Logger, keepMilliseconds: number): { pass(): Promise<void> } {
  return {
    pass: async () => {
      await ports.webhooks.prune(deliveriesMilliseconds);
      const cutoff = new Date(Date.now() - keepMilliseconds).toISOString();
      const old = await ports.audit.lastBefore(cutoff);
      if (old === 0) return;
      const witness = await ports.auditAnchors.read();
      if (witness.checkpoint !== null) await ports.audit.prune(witness.checkpoint);
      const anchor = witness.anchors.findLast(({ events }) => events <= old);
      if (anchor === undefined || anchor.events <= (witness.checkpoint?.events ?? 0)) return;
      const { firstBroken } = await ports.audit.verify(witness);
      if (firstBroken !== null || witness.problems.length > 0) {
        log.error(
          { firstBroken, problems: witness.problems },
          'the audit log does not verify; nothing of it is removed',
        );
        return;
      }
      const reason = `older than ${Math.round(keepMilliseconds / 86_400_000)} days`;
      const checkpoint = { events: anchor.events, hash: anchor.hash, at: new Date().toISOString(), reason };
      await ports.auditAnchors.appendCheckpoint(checkpoint);
      const { removed } = await ports.audit.prune(checkpoint);
      log.info({ through: anchor.events, removed }, 'old events left the audit log behind a signed checkpoint');
    },
  };
}
