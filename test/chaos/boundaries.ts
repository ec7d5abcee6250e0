import type { Client } from '@temporalio/client';

/** One place where a worker can die: an activity of a workflow, before its effect or after it. */
export interface Boundary {
  readonly workflowType: string;
  readonly activityId: string;
  readonly activityType: string;
  readonly place: 'before' | 'after';
}

/** Every activity a workflow really scheduled, in order, read from its history; each gives two boundaries. */
export async function boundariesOf(client: Client, workflowId: string): Promise<readonly Boundary[]> {
  const handle = client.workflow.getHandle(workflowId);
  const { type: workflowType } = await handle.describe();
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }): readonly Boundary[] => {
    const activityId = scheduled?.activityId;
    const activityType = scheduled?.activityType?.name;
    if (!activityId || !activityType) return [];
    return (['before', 'after'] as const).map((place) => ({ workflowType, activityId, activityType, place }));
  });
}

/** How a worker is told to die there, in `LAUREL_FAILPOINTS`. */
export function failpointOf({ workflowType, activityId, place }: Boundary): string {
  return `${workflowType}:${activityId}:${place}`;
}

export function boundaryName({ workflowType, activityId, activityType, place }: Boundary): string {
  return `${workflowType} #${activityId} ${activityType}, ${place}`;
}
