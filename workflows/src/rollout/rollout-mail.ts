import {
  type ApprovalGrant,
  approvalGranted,
  type OperatorOrder,
  operatorOrdered,
  type RolloutProgress,
  rolloutProgress,
  rolloutSuperseded,
  type Supersession,
  type VerdictChange,
  verdictChanged,
} from '@laurel/contracts';
import type { RolloutHold } from '@laurel/domain';
import { setHandler } from '@temporalio/workflow';
import type { Rejection } from './rejection.js';

/** What a rollout has been told so far. Fields change only through messages. */
export interface RolloutMail {
  /** Newest verdict of the watcher. */
  verdict(): VerdictChange | undefined;
  approvers(): number;
  /** How often it was told of an approval. */
  grants(): number;
  abort(): OperatorOrder | undefined;
  paused(): boolean;
  /** Orders about single steps so far, oldest first. */
  interventions(): readonly OperatorOrder[];
  superseded(): Supersession | undefined;
  /** Makes every wait of the rollout end with `rejection`. */
  turnBack(rejection: Rejection): void;
  turnedBack(): Rejection | undefined;
  /** Number of promote orders so far; each ends one pause. */
  promotions(): number;
  show(progress: Shown): void;
  progress(): RolloutProgress;
}

type Shown = Omit<RolloutProgress, 'paused' | 'hold'>;

/** Sets every handler of `promoteModel`; call it before the first await. */
export function openMail(): RolloutMail {
  let verdict: VerdictChange | undefined;
  let approvers = 0;
  let grants = 0;
  let abort: OperatorOrder | undefined;
  let hold: RolloutHold | null = null;
  let rejection: Rejection | undefined;
  let supersession: Supersession | undefined;
  const interventions: OperatorOrder[] = [];
  let promotions = 0;
  let progress: Shown = { step: -1, phase: 'starting', weight: 0 };

  setHandler(verdictChanged, (change) => void (verdict = change));
  setHandler(approvalGranted, (grant: ApprovalGrant) => {
    approvers = Math.max(approvers, grant.approvers);
    grants += 1;
  });
  setHandler(operatorOrdered, (order) => {
    if (order.kind === 'abort') abort = order;
    if (order.kind === 'pause') hold = holdOf(order);
    if (order.kind === 'resume') hold = null;
    if (order.kind === 'skip' || order.kind === 'rerun') interventions.push(order);
    if (order.kind === 'promote') promotions += 1;
  });
  setHandler(rolloutSuperseded, (newer) => void (supersession = newer));
  setHandler(rolloutProgress, () => ({ ...progress, paused: hold !== null, hold }));

  return {
    verdict: () => verdict,
    approvers: () => approvers,
    grants: () => grants,
    abort: () => abort,
    paused: () => hold !== null,
    interventions: () => interventions,
    superseded: () => supersession,
    turnBack: (why) => void (rejection ??= why),
    turnedBack: () => rejection,
    promotions: () => promotions,
    show: (next) => void (progress = next),
    progress: () => ({ ...progress, paused: hold !== null, hold }),
  };
}

/** The workflow's clock replays. */
function holdOf({ by, reason }: OperatorOrder): RolloutHold {
  return { by, reason, at: new Date(Date.now()).toISOString() };
}
