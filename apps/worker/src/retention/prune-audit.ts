import type { Audit, AuditAnchors } from '@laurel/ports';
import type { Logger } from '@laurel/telemetry';

/** The audit log, and what is known of it outside of Postgres. */
export interface PruneAuditPorts {
  readonly audit: Audit;
  readonly auditAnchors: AuditAnchors;
}

/**
 * Removes events that are older than `keepMilliseconds`, up to an anchor, behind a signed checkpoint from which the rest
 * still verifies; then the anchors that speak of nothing else. A log that does not verify loses nothing.
 */
export async function pruneAudit(ports: PruneAuditPorts, log: Logger, keepMilliseconds: number): Promise<void> {
  const cutoff = new Date(Date.now() - keepMilliseconds).toISOString();
  const old = await ports.audit.lastBefore(cutoff);
  if (old === 0) return;
  const witness = await ports.auditAnchors.read();
  if (witness.checkpoint !== null) {
    await ports.audit.prune(witness.checkpoint);
    await ports.auditAnchors.removeBefore(witness.checkpoint);
  }
  const anchor = witness.anchors.findLast(({ events }) => events <= old);
  if (anchor === undefined || anchor.events <= (witness.checkpoint?.events ?? 0)) return;
  const { firstBroken } = await ports.audit.verify(witness);
  if (firstBroken !== null || witness.problems.length > 0) {
    log.error({ firstBroken, problems: witness.problems }, 'the audit log does not verify; nothing of it is removed');
    return;
  }
  const reason = `older than ${Math.round(keepMilliseconds / 86_400_000)} days`;
  const checkpoint = { events: anchor.events, hash: anchor.hash, at: new Date().toISOString(), reason };
  await ports.auditAnchors.appendCheckpoint(checkpoint);
  const { removed } = await ports.audit.prune(checkpoint);
  await ports.auditAnchors.removeBefore(checkpoint);
  log.info({ through: anchor.events, removed }, 'old events left the audit log behind a signed checkpoint');
}
