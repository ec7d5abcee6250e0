import {
  type ApprovalGrant,
  approvalGranted,
  type OperatorOrder,
  operatorOrdered,
  type RolloutProgress,
  rolloutProgress,
  type VerdictChange,
  verdictChanged,
} from '@laurel/contracts';
import { setHandler } from '@temporalio/workflow';

/** What a rollout has been told so far. Fields change only through messages. */
export interface RolloutMail {
  /** Newest verdict of the watcher. */
  verdict(): VerdictChange | undefined;
  approvers(): number;
  /** How often it was told of an approval. */
  grants(): number;
  abort(): OperatorOrder | undefined;
  paused(): boolean;
  /** Number of promote orders so far; each ends one pause. */
  promotions(): number;
  show(progress: Omit<RolloutProgress, 'paused'>): void;
  progress(): RolloutProgress;
}

/** Sets every handler of `promoteModel`; call it before the first await. */
export function openMail(): RolloutMail {
  let verdict: VerdictChange | undefined;
  let approvers = 0;
  let grants = 0;
  let abort: OperatorOrder | undefined;
  let paused = false;
  let promotions = 0;
  let progress: Omit<RolloutProgress, 'paused'> = { step: -1, phase: 'starting', weight: 0 };

  setHandler(verdictChanged, (change) => void (verdict = change));
  setHandler(approvalGranted, (grant: ApprovalGrant) => {
    approvers = Math.max(approvers, grant.approvers);
    grants += 1;
  });
  setHandler(operatorOrdered, (order) => {
    if (order.kind === 'abort') abort = order;
    if (order.kind === 'pause') paused = true;
    if (order.kind === 'resume') paused = false;
    if (order.kind === 'promote') promotions += 1;
  });
  setHandler(rolloutProgress, () => ({ ...progress, paused }));

  return {
    verdict: () => verdict,
    approvers: () => approvers,
    grants: () => grants,
    abort: () => abort,
    paused: () => paused,
    promotions: () => promotions,
    show: (next) => void (progress = next),
    progress: () => ({ ...progress, paused }),
  };
}
