import type { AuditAnchor, AuditPlace } from '@laurel/ports';
import { linkDigits } from './chain.js';

/** Compares a walk along the chain with anchors, in one pass. */
export interface Witnessed {
  /** True when the event that the walk has come to is the one that was there when the anchor over it was signed. */
  agrees(place: AuditPlace): boolean;
}

/** A comparison with `anchors`, oldest first, for a walk that begins after event number `after`. */
export function witnessedBy(anchors: readonly AuditAnchor[], after: number): Witnessed {
  const ahead = anchors.filter(({ events }) => events > after);
  let index = 0;
  let links = linksOf(ahead[0]);
  return {
    agrees: ({ events, hash }) => {
      const anchor = ahead[index];
      if (anchor === undefined || events <= anchor.from) return true;
      const at = (events - anchor.from - 1) * linkDigits;
      if (links.slice(at, at + linkDigits) !== hash.slice(0, linkDigits)) return false;
      if (events < anchor.events) return true;
      index += 1;
      links = linksOf(ahead[index]);
      return anchor.hash === hash;
    },
  };
}

function linksOf(anchor: AuditAnchor | undefined): string {
  return anchor === undefined ? '' : Buffer.from(anchor.links, 'base64').toString('hex');
}
