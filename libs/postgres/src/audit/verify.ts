import type { AuditFault, AuditPlace, AuditStretch, AuditVerification, AuditWitness } from '@laurel/ports';
import type { Connection } from '../transact.js';
import { faultOf, linkDigits } from './chain.js';
import { extentOf, rowsBetween } from './rows.js';
import { witnessedBy } from './witnessed.js';

const nobody: AuditWitness = { anchors: [], checkpoint: null, problems: [] };

/**
 * Walks the chain from the checkpoint, or from its beginning, to its end, and names the first event that does not fit
 * its predecessor, its content or an anchor. `db` sees one state of the database throughout.
 */
export async function verifyChain(db: Connection, witness: AuditWitness = nobody): Promise<AuditVerification> {
  const { head, first, last } = await extentOf(db);
  const start: AuditPlace = witness.checkpoint ?? { events: 0, hash: '' };
  const events = head?.events ?? last;
  const broken = (firstBroken: number, fault: AuditFault, verified = 0) => ({ events, verified, firstBroken, fault });
  if (first !== null && first < 1) return broken(first, 'unexpected');

  const witnessed = witnessedBy(witness.anchors, start.events);
  let place: AuditPlace = { events: start.events, hash: start.hash };
  for await (const rows of rowsBetween(db, start.events, last)) {
    if (rows.length === 0) return broken(place.events + 1, 'missing', place.events - start.events);
    for (const row of rows) {
      const fault =
        faultOf(row, place) ?? (witnessed.agrees({ events: row.sequence, hash: row.hash }) ? null : 'anchor');
      if (fault !== null) return broken(place.events + 1, fault, place.events - start.events);
      place = { events: row.sequence, hash: row.hash };
    }
  }
  const verified = place.events - start.events;
  const signed = witness.anchors.at(-1)?.events ?? 0;
  if (place.events < signed) return broken(place.events + 1, 'missing', verified);
  if (head === undefined) return broken(place.events + 1, 'head', verified);
  if (head.events > place.events) return broken(place.events + 1, 'missing', verified);
  if (head.events < place.events) return broken(head.events + 1, 'unexpected', verified);
  if (head.hash !== place.hash) return broken(place.events + 1, 'head', verified);
  return { events, verified, firstBroken: null, fault: null };
}

/** Recomputes at most `limit` events after `from`, and gathers what an anchor keeps of each. */
export async function stretchAfter(db: Connection, from: AuditPlace, limit: number): Promise<AuditStretch> {
  const { head, last } = await extentOf(db);
  const end = Math.max(head?.events ?? 0, last);
  if (end < from.events) return { kind: 'broken', firstBroken: end + 1, fault: 'missing' };
  const links: string[] = [];
  let place: AuditPlace = { events: from.events, hash: from.hash };
  const through = Math.min(end, from.events + limit);
  for await (const rows of rowsBetween(db, from.events, through)) {
    for (const row of rows) {
      const fault = faultOf(row, place);
      if (fault !== undefined) return { kind: 'broken', firstBroken: place.events + 1, fault };
      place = { events: row.sequence, hash: row.hash };
      links.push(row.hash.slice(0, linkDigits));
    }
  }
  if (place.events < through) return { kind: 'broken', firstBroken: place.events + 1, fault: 'missing' };
  return { kind: 'whole', ...place, links: Buffer.from(links.join(''), 'hex').toString('base64') };
}
