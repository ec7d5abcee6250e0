import { proxyActivities } from '@temporalio/workflow';

export interface NoOps {
  noOp(): Promise<void>;
}

/** How many no-ops one run does, one after the other. */
export const noOpsPerRun = 10;

const { noOp } = proxyActivities<NoOps>({ startToCloseTimeout: '1m' });

/** Ten steps that do nothing: what is left is what a step costs. */
export async function tenNoOps(): Promise<void> {
  for (let step = 0; step < noOpsPerRun; step += 1) await noOp();
}
