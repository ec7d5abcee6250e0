import type { Feedback, ServedArm } from '@laurel/domain';

/** Everything seen of one arm since an epoch began. */
export interface ArmTotals {
  readonly arm: ServedArm;
  readonly requests: number;
  readonly errors: number;
  readonly disagreements: number;
  readonly latency: { readonly [bucket: string]: number };
  /** Distinct sticky keys; `null` when the split has none. */
  readonly distinctKeys: number | null;
}

/** Labels joined with the predictions of one arm. */
export interface LabelTotals {
  readonly arm: ServedArm;
  readonly labelled: number;
  readonly correct: number;
  readonly sumAbsoluteError: number;
  readonly sumSquaredError: number;
}

/** What the watcher reads. */
export interface Observations {
  totals(endpoint: string, epoch: number): Promise<readonly ArmTotals[]>;
  labels(endpoint: string, epoch: number): Promise<readonly LabelTotals[]>;
  /** Champion and shadow on the same requests, with labels. */
  pairedLabels(
    endpoint: string,
    epoch: number,
  ): Promise<{
    readonly both: number;
    readonly championOnly: number;
    readonly challengerOnly: number;
    readonly neither: number;
  }>;
  ejections(endpoint: string, epoch: number): Promise<readonly { readonly process: string; readonly reason: string }[]>;
  /** Milliseconds since the newest sums of any process for this endpoint; `null` without any. */
  telemetryAge(endpoint: string, epoch: number): Promise<number | null>;
  /** First label counts; returns how many were new, repeated, contradicting and unknown. */
  addFeedback(
    feedback: readonly Feedback[],
  ): Promise<{ readonly accepted: number; readonly repeated: number; readonly contradicted: number }>;
  /** Requests and errors per second and arm, for plots. */
  trafficSeries(
    endpoint: string,
    since: string,
  ): Promise<
    readonly {
      readonly second: number;
      readonly arm: ServedArm;
      readonly version: number;
      readonly requests: number;
      readonly errors: number;
    }[]
  >;
}
