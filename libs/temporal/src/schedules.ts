import { type ScheduledCheck, scheduleIds, searchAttributes, taskQueues } from '@laurel/contracts';
import type { ModelProject } from '@laurel/domain';
import { type Client, ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';

/** A schedule as declared: data, compared with what Temporal holds. */
export interface DesiredSchedule {
  readonly id: string;
  readonly cron: string;
  readonly timezone: string;
  readonly check: ScheduledCheck;
}

/** How often a source is looked at for new data. */
const newDataCron = '*/5 * * * *';

/** The schedules a project file declares, in its order. */
export function desiredSchedules(project: ModelProject): readonly DesiredSchedule[] {
  const { name } = project.metadata;
  return project.spec.triggers.flatMap((trigger, index): readonly DesiredSchedule[] => {
    const id = scheduleIds.retrain(name, index);
    if ('schedule' in trigger) {
      return [
        {
          id,
          cron: trigger.schedule,
          timezone: trigger.timezone,
          check: { project: name, kind: 'schedule', schedule: id },
        },
      ];
    }
    if ('newData' in trigger)
      return [{ id, cron: newDataCron, timezone: 'UTC', check: { project: name, kind: 'newData', schedule: id } }];
    return [];
  });
}

/** Creates, changes and deletes schedules until Temporal holds exactly the declared ones. */
export async function reconcileSchedules(client: Client, project: ModelProject): Promise<void> {
  const desired = desiredSchedules(project);
  for (const schedule of desired) await upsert(client, schedule);
  const kept = new Set(desired.map(({ id }) => id));
  const prefix = scheduleIds.retrainPrefix(project.metadata.name);
  for await (const { scheduleId } of client.schedule.list()) {
    if (scheduleId.startsWith(prefix) && !kept.has(scheduleId)) await client.schedule.getHandle(scheduleId).delete();
  }
}

async function upsert(client: Client, desired: DesiredSchedule): Promise<void> {
  const options = {
    spec: { cronExpressions: [desired.cron], timezone: desired.timezone, jitter: '10s' },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '10 minutes' },
    action: {
      type: 'startWorkflow' as const,
      workflowType: 'scheduledCheck',
      workflowId: desired.id,
      taskQueue: taskQueues.control,
      args: [desired.check],
      typedSearchAttributes: new TypedSearchAttributes([
        { key: searchAttributes.project, value: desired.check.project },
      ]),
    },
  };
  const handle = client.schedule.getHandle(desired.id);
  try {
    await handle.update(({ state }) => ({ ...options, state }));
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    await client.schedule.create({ scheduleId: desired.id, ...options });
  }
}
