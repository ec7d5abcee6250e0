import type { Timestamp } from '@laurel/domain';
import type { Page, PageRequest } from './repositories.js';

export interface AuditEntry {
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: unknown;
}

export interface AuditEvent extends AuditEntry {
  readonly sequence: number;
  readonly at: Timestamp;
  readonly previousHash: string;
  readonly hash: string;
}

/** A place in the chain: how many events there were, and the hash of the last of them (`''` before the first). */
export interface AuditPlace {
  readonly events: number;
  readonly hash: string;
}

/** How the log stood at a time, as somebody outside of Postgres has signed it. */
export interface AuditAnchor extends AuditPlace {
  readonly at: Timestamp;
  /** Events at the anchor before; `links` covers those after it. */
  readonly from: number;
  /** Base64: the first six bytes of the hash of each event from `from + 1` to `events`, to name the one that changed. */
  readonly links: string;
  /** SHA-256 of the anchor before, in hex; `''` for the first. The one at a checkpoint may outlive it. */
  readonly previous: string;
}

/** A signed cut: events up to `events` have been removed on purpose, and the chain goes on from `hash`. */
export interface AuditCheckpoint extends AuditPlace {
  readonly at: Timestamp;
  readonly reason: string;
}

/** Everything that is known outside of Postgres about the log, verified. */
export interface AuditWitness {
  /** Oldest first. */
  readonly anchors: readonly AuditAnchor[];
  /** The newest one. */
  readonly checkpoint: AuditCheckpoint | null;
  /** What could not be trusted, one sentence each: a bad signature, a missing link between anchors. */
  readonly problems: readonly string[];
}

/** Where signed anchors and checkpoints are kept: a store that the owner of the database does not write. */
export interface AuditAnchors {
  /** All of them, with signatures verified. */
  read(): Promise<AuditWitness>;
  /** Signs and stores; one that is there already with as many events stays. `previous` is filled in. */
  append(anchor: Omit<AuditAnchor, 'previous'>): Promise<void>;
  appendCheckpoint(checkpoint: AuditCheckpoint): Promise<void>;
  /** Removes the anchors over fewer events than a checkpoint that is stored: nothing is left that they speak of. */
  removeBefore(checkpoint: AuditPlace): Promise<void>;
}

/** What a broken log shows: an event that does not fit, one that is gone, a head or an anchor that says otherwise. */
export type AuditFault = 'changed' | 'missing' | 'unexpected' | 'head' | 'anchor';

export interface AuditVerification {
  /** How many events there are by the head. */
  readonly events: number;
  /** How many of them were recomputed; the others lie before the checkpoint. */
  readonly verified: number;
  /** First sequence number that does not fit. */
  readonly firstBroken: number | null;
  readonly fault: AuditFault | null;
}

/** A stretch of the chain that fits, or the first event that does not. */
export type AuditStretch =
  | (AuditPlace & { readonly kind: 'whole'; readonly links: string })
  | { readonly kind: 'broken'; readonly firstBroken: number; readonly fault: AuditFault };

/** Append-only and hash-chained. */
export interface Audit {
  append(event: AuditEntry): Promise<void>;
  list(page: PageRequest): Promise<Page<AuditEvent>>;
  /** Oldest first, from after `sequence`. */
  after(sequence: number, limit: number): Promise<readonly AuditEvent[]>;
  head(): Promise<AuditPlace>;
  /** Recomputes the chain in one pass and compares it with what was signed outside. */
  verify(witness?: AuditWitness): Promise<AuditVerification>;
  /** Recomputes the events after `place`, at most `limit` of them. */
  stretch(place: AuditPlace, limit: number): Promise<AuditStretch>;
  /** Number of the last event before `at`; 0 when there is none. */
  lastBefore(at: Timestamp): Promise<number>;
  /** Removes the events that `checkpoint` covers and says so in the log. Asked again, it removes what is left. */
  prune(checkpoint: AuditCheckpoint): Promise<{ readonly removed: number }>;
}
