import type { Tracer } from '@laurel/telemetry';
import { ApplicationFailure, type Context } from '@temporalio/activity';

type Execute<I> = (input: I) => Promise<unknown>;

/**
 * Writes a span for each attempt of an activity. All activities of one run of a workflow, whoever works on them, are in the
 * trace whose id is the run's id without its hyphens: what Temporal's UI shows leads to it. Attributes are named as by
 * Temporal's own interceptors.
 */
export function tracedActivities(tracer: Tracer) {
  return ({ info }: Context) => ({
    inbound: {
      async execute<I>(input: I, next: Execute<I>): Promise<unknown> {
        const { workflowId, runId } = info.workflowExecution ?? {};
        const span = tracer.start({
          name: `RunActivity:${info.activityType}`,
          attributes: {
            temporalActivityID: info.activityId,
            temporalActivityType: info.activityType,
            ...(workflowId === undefined ? {} : { temporalWorkflowID: workflowId }),
            ...(runId === undefined ? {} : { temporalRunID: runId }),
            'laurel.task_queue': info.taskQueue,
            'laurel.attempt': info.attempt,
          },
          ...traceOf(runId),
        });
        try {
          return await next(input);
        } catch (error) {
          span.fail(typeOf(error));
          throw error;
        } finally {
          span.end();
        }
      },
    },
  });
}

/** The code of an error of Laurel, which Temporal's failures carry as their type. */
function typeOf(error: unknown): string {
  if (error instanceof ApplicationFailure) return error.type ?? error.name;
  return error instanceof Error ? error.name : 'unknown';
}

function traceOf(runId: string | undefined): { readonly traceId?: string } {
  const traceId = runId?.replaceAll('-', '').toLowerCase();
  return traceId !== undefined && /^[0-9a-f]{32}$/.test(traceId) ? { traceId } : {};
}
