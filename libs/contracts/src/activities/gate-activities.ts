import type { RolloutGate, VersionRef } from '@laurel/domain';

/** What a gate is told of its rollout. */
export interface GateFacts {
  readonly endpoint: string;
  readonly project: string;
  readonly challenger: VersionRef;
  /** Index of the step that asks. */
  readonly step: number;
  /** Share of the challenger, in percent. */
  readonly weight: number;
}

/** Questions to other programs. */
export interface GateActivities {
  /** Asks once. `open` is true for 2xx; no answer, a refused address and any other status are false. */
  askGate(input: {
    readonly rollout: string;
    readonly step: number;
    readonly gate: RolloutGate;
    readonly facts: GateFacts;
  }): Promise<{ readonly open: boolean; readonly answer: string }>;
}
