import { timeScaleMemo } from '@laurel/contracts';
import { workflowInfo } from '@temporalio/workflow';

/** Factor on time-outs and pauses of this workflow, from its memo; 1 outside of tests. */
export function timeScale(): number {
  const value = workflowInfo().memo?.[timeScaleMemo];
  return typeof value === 'number' && value > 0 ? value : 1;
}
