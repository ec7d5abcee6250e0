import type { Client } from '@temporalio/client';

type Timestamp = { readonly seconds?: unknown; readonly nanos?: number | null } | null | undefined;

/** One activity as its workflow's history tells it; milliseconds since 1970. */
export interface ActivityTimes {
  readonly activityType: string;
  readonly scheduled: number;
  readonly started: number;
  readonly completed: number;
}

/** A closed workflow's times; milliseconds since 1970. */
export interface WorkflowTimes {
  readonly began: number;
  readonly ended: number;
  readonly activities: readonly ActivityTimes[];
}

/** Reads when a closed workflow and each of its completed activities began and ended. */
export async function timesOf(client: Client, workflowId: string): Promise<WorkflowTimes> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const times = (events ?? []).map(({ eventTime }) => milliseconds(eventTime));
  const begunAt = new Map((events ?? []).map(({ eventId }, index) => [String(eventId), index] as const));
  const activities = (events ?? []).flatMap(({ activityTaskCompletedEventAttributes: done }, index) => {
    const scheduledAt = begunAt.get(String(done?.scheduledEventId));
    const startedAt = begunAt.get(String(done?.startedEventId));
    if (!done || scheduledAt === undefined || startedAt === undefined) return [];
    const activityType = events?.[scheduledAt]?.activityTaskScheduledEventAttributes?.activityType?.name ?? 'unknown';
    const [scheduled, started, completed] = [times[scheduledAt], times[startedAt], times[index]];
    if (scheduled === undefined || started === undefined || completed === undefined) return [];
    return [{ activityType, scheduled, started, completed }];
  });
  return { began: times[0] ?? Number.NaN, ended: times.at(-1) ?? Number.NaN, activities };
}

function milliseconds(at: Timestamp): number {
  return Number(at?.seconds ?? 0) * 1_000 + (at?.nanos ?? 0) / 1e6;
}
