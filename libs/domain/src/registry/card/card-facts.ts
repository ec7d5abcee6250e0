import type { Timestamp } from '../../ids.js';
import type { ModelProject } from '../../project/project-spec.js';
import type { Evidence } from '../../rollout/evidence.js';
import type { RolloutStatus } from '../../rollout/rollout.js';
import type { Stage } from '../model-version.js';
import type { VersionFacts } from '../version-facts.js';

/** Everything a card is written from. */
export interface CardFacts extends VersionFacts {
  readonly stage: Stage;
  readonly aliases: readonly string[];
  /** The project file as it is now; `null` when the project is gone. */
  readonly project: {
    readonly project: ModelProject;
    readonly appliedAt: Timestamp;
    readonly appliedBy: string;
  } | null;
  /** What a check of every byte gave. */
  readonly package:
    | { readonly ok: true; readonly signedBy: string; readonly files: number; readonly bytes: number }
    | { readonly ok: false; readonly problem: string };
  /** About this version's digest, oldest first. */
  readonly evidence: readonly Evidence[];
  readonly rollouts: readonly CardRollout[];
  readonly notes: {
    readonly written: { readonly text: string; readonly author: string; readonly at: Timestamp } | null;
    readonly generated: readonly string[];
  };
}

/** A rollout of this version. */
export interface CardRollout {
  readonly id: string;
  readonly status: RolloutStatus;
  readonly cause: string | null;
  readonly startedAt: Timestamp;
  readonly endedAt: Timestamp | null;
  readonly champion: number | null;
  readonly approvals: readonly { readonly by: string; readonly at: Timestamp; readonly evidenceId: string }[];
}
