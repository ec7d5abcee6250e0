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
  /** A constant answer for when no version can answer. */
  readonly baseline: { readonly [output: string]: string | number } | null;
  readonly appliedBy: string;
  readonly appliedAt: Timestamp;
  readonly reason: string;
}

export type SplitState = 'prepared' | 'committed' | 'retired';

/** What a routing write asks for; epoch and time are given by the store. */
export type SplitDraft = Omit<Split, 'epoch' | 'appliedAt'>;
