import { type ScheduledCheck, searchAttributes } from '@laurel/contracts';
import { upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { computing } from './activity-proxies.js';

/** What a schedule starts: asks whether a training is due, fires its trigger if so, and ends. */
export async function scheduledCheck(input: ScheduledCheck): Promise<boolean> {
  upsertSearchAttributes([
    { key: searchAttributes.project, value: input.project },
    { key: searchAttributes.phase, value: input.kind },
  ]);
  const { fired } = await computing.fireIfDue({ ...input, firedAt: workflowInfo().startTime.toISOString() });
  return fired;
}
