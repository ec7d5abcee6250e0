import { workflowInfo } from '@temporalio/workflow';

/** History length at which an entity rolls over even if the server does not yet suggest it. */
const comfortableHistory = 2_000;

/** True when an idle entity should continue as new. */
export function shouldRollOver(): boolean {
  const info = workflowInfo();
  return info.continueAsNewSuggested || info.historyLength > comfortableHistory;
}
