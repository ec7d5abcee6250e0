import type { Audit, AuditAnchor, AuditAnchors, AuditPlace, Events } from '@laurel/ports';
import type { Logger } from '@laurel/telemetry';

/** What the anchorer reads and writes. */
export interface AnchorerPorts {
  readonly audit: Audit;
  readonly auditAnchors: AuditAnchors;
  readonly events: Pick<Events, 'append'>;
}

/** When the log is anchored: after so many new events, and after so long when there is any. */
interface AnchorPace {
  readonly events: number;
  readonly milliseconds: number;
}

const usualAnchorPace: AnchorPace = { events: 1_000, milliseconds: 60_000 };

/** Most events under one anchor: what an anchor keeps of each stays a small object. */
const largestStretch = 10_000;

/**
 * Signs where the audit log stands and keeps it outside of Postgres. It recomputes every event since the anchor before
 * and signs no log that does not go on from there: it says so once, and anchors nothing until the log fits again.
 */
export function createAnchorer(ports: AnchorerPorts, log: Logger, pace = usualAnchorPace): { pass(): Promise<void> } {
  let last: (AuditPlace & { readonly at: number }) | undefined;
  let told: number | undefined;

  const anchorNext = async (from: AuditPlace): Promise<AuditPlace | undefined> => {
    const stretch = await ports.audit.stretch(from, largestStretch);
    if (stretch.kind === 'broken') {
      const { firstBroken, fault } = stretch;
      log.error({ firstBroken, fault }, 'the audit log does not go on from its last anchor; it is not anchored');
      if (told !== firstBroken) {
        await ports.events.append({ type: 'audit.broken', subject: 'audit', detail: { firstBroken, fault } });
      }
      told = firstBroken;
      return undefined;
    }
    told = undefined;
    const { events, hash, links } = stretch;
    if (events === from.events) return undefined;
    await ports.auditAnchors.append({ events, hash, links, from: from.events, at: new Date().toISOString() });
    return { events, hash };
  };

  return {
    pass: async () => {
      last ??= placeOf((await ports.auditAnchors.read()).anchors.at(-1));
      const head = await ports.audit.head();
      const fresh = head.events - last.events;
      const old = Date.now() - last.at >= pace.milliseconds;
      if (fresh >= 0 && fresh < pace.events && !(old && fresh > 0)) return;
      for (let place: AuditPlace | undefined = last; place !== undefined; ) {
        place = await anchorNext(place);
        if (place !== undefined) last = { ...place, at: Date.now() };
      }
    },
  };
}

function placeOf(anchor: AuditAnchor | undefined): AuditPlace & { readonly at: number } {
  if (anchor === undefined) return { events: 0, hash: '', at: 0 };
  return { events: anchor.events, hash: anchor.hash, at: Date.parse(anchor.at) };
}
