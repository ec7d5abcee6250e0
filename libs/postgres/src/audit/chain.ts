import { hash as digestOf } from 'node:crypto';
import { canonicalJson } from '@laurel/domain';
import type { AuditEntry, AuditFault, AuditPlace } from '@laurel/ports';
import type { Selectable } from 'kysely';
import type { AuditEventsTable } from '../tables/evidence-and-audit.js';

export type AuditRow = Selectable<AuditEventsTable>;

/** Hex digits of a hash that an anchor keeps of each event. */
export const linkDigits = 12;

/**
 * SHA-256 over the hash before and the event, as canonical JSON: the order of its members does not matter. The function
 * `append_audit` of the database computes the same.
 */
function hashOf(previousHash: string, event: AuditEntry & { readonly sequence: number; readonly at: string }): string {
  const { sequence, at, actor, action, subject, detail } = event;
  const content =
    `{"action":${JSON.stringify(action)},"actor":${JSON.stringify(actor)},"at":${JSON.stringify(at)},` +
    `"detail":${canonicalJson(detail)},"sequence":${sequence},"subject":${JSON.stringify(subject)}}`;
  return digestOf('sha256', previousHash + content, 'hex');
}

/** What is wrong with the event that should follow `last`; `undefined` when it fits. */
export function faultOf(row: AuditRow, last: AuditPlace): AuditFault | undefined {
  if (row.sequence > last.events + 1) return 'missing';
  if (row.sequence <= last.events) return 'unexpected';
  if (row.previous_hash !== last.hash || row.hash !== hashOf(last.hash, row)) return 'changed';
  return undefined;
}
