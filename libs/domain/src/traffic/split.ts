import type { Digest, Percent, Timestamp, VersionNumber } from '../ids.js';

export type ArmRole = 'champion' | 'challenger';

/** A version as routing knows it: the number people say and the bytes that are served. */
export interface VersionRef {
  readonly version: VersionNumber;
  readonly digest: Digest;
  readonly semver: string;
}

export interface Arm extends VersionRef {
  readonly role: ArmRole;
  readonly weight: Percent;
}

/** The champion before the present one: what a rollback would bring back. */
export type BaselineVersion = 'champion@previous';

/** How serving processes treat an endpoint, whatever version answers. */
export interface ServingPolicy {
  /** A slower answer counts against the version; below `confidence` (0 to 1) the baseline answers. */
  readonly sla: { readonly latencyMilliseconds: number | null; readonly confidence: number | null };
  /** The version that answers where the chosen one cannot, before the constant of the split does; absent: none. */
  readonly baselineVersion?: BaselineVersion;
  /** Whether a router in front chooses the version, by the header `routedHeader`; absent: it does not. */
  readonly isRouted?: true;
  /** Rows that share a run at most. */
  readonly batching: { readonly maximumRows: number };
  readonly log: {
    /** `strict`: no answer before it is on the disk. */
    readonly durability: 'relaxed' | 'strict';
    readonly sample: Percent;
    /** Columns that are never written down. */
    readonly redact: readonly string[];
  };
}

/** A request whose header `name` satisfies the one condition goes to `version`. */
export interface HeaderRule {
  readonly name: string;
  readonly match: { readonly kind: 'exact' | 'prefix' | 'regex'; readonly value: string };
  readonly version: VersionRef;
}

/** Who gets which share of an endpoint's traffic. Weights sum to 100; a change makes the next epoch. */
export interface Split {
  readonly endpoint: string;
  readonly epoch: number;
  readonly fence: number;
  readonly incarnation: number;
  readonly arms: readonly Arm[];
  readonly shadow: (VersionRef & { readonly sample: Percent }) | null;
  readonly stickyKey: string | null;
  readonly salt: string;
  /** A constant answer for when no version can answer, that of the policy's `baselineVersion` neither. */
  readonly baseline: { readonly [output: string]: string | number } | null;
  /** Absent: the defaults of the serving process. */
  readonly policy?: ServingPolicy;
  /** Asked in order before the sticky key and the weights; absent: none. */
  readonly headers?: readonly HeaderRule[];
  readonly appliedBy: string;
  readonly appliedAt: Timestamp;
  readonly reason: string;
}

export type SplitState = 'prepared' | 'committed' | 'retired';

/** What a routing write asks for; epoch and time are given by the store. */
export type SplitDraft = Omit<Split, 'epoch' | 'appliedAt'>;
