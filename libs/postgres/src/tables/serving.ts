import type { Digest, ServedArm } from '@laurel/domain';
import type { ColumnType } from 'kysely';
import type { JsonColumn } from '../json-column.js';
import type { WrittenAt } from './given-columns.js';

export interface LeasesTable {
  readonly process: string;
  readonly lease_until: string;
}

export interface AcknowledgementsTable {
  readonly endpoint: string;
  readonly epoch: number;
  readonly process: string;
  readonly loaded: readonly Digest[];
  readonly at: WrittenAt;
}

export interface EjectionsTable {
  readonly endpoint: string;
  readonly epoch: number;
  readonly process: string;
  readonly reason: string;
  readonly at: WrittenAt;
}

export interface ArmSumsTable {
  readonly endpoint: string;
  readonly epoch: number;
  readonly arm: ServedArm;
  readonly version: number;
  readonly process: string;
  readonly second: number;
  readonly requests: number;
  readonly errors: number;
  readonly disagreements: number;
  readonly latency: JsonColumn<{ readonly [bucket: string]: number }>;
}

/** Distinct sticky keys of an arm. */
export interface ArmKeysTable {
  readonly endpoint: string;
  readonly epoch: number;
  readonly arm: ServedArm;
  readonly key_hash: number;
}

export interface PredictionsTable {
  readonly prediction_id: string;
  readonly endpoint: string;
  readonly epoch: number;
  readonly arm: ServedArm;
  readonly version: number;
  readonly at: string;
  readonly label: string | null;
  readonly value: number | null;
  readonly confidence: number | null;
  readonly latency_milliseconds: number;
  readonly status: 'ok' | 'error';
  readonly fallback: boolean;
  readonly shadow_of: string | null;
}

export interface FeedbackTable {
  readonly prediction_id: string;
  /** The truth as text, as labels are compared. */
  readonly truth: string;
  /** The truth as a number, where it is one. */
  readonly truth_value: number | null;
  readonly at: string;
  readonly source: string;
  readonly contradictions: ColumnType<number, number | undefined, number>;
}
