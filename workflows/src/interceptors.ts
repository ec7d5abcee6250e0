import { timeScaleMemo } from '@laurel/contracts';
import { milliseconds } from '@laurel/domain';
import {
  type ActivityInput,
  type ActivityOptions,
  type Next,
  type StartChildWorkflowExecutionInput,
  type WorkflowInterceptors,
  type WorkflowOutboundCallsInterceptor,
} from '@temporalio/workflow';
import { summaryOf } from './summaries.js';
import { timeScale } from './time-scale.js';

/** Scales time-outs by the workflow's memo and gives every activity a one-line summary for the Temporal UI. */
class ActivityDefaults implements WorkflowOutboundCallsInterceptor {
  async scheduleActivity(input: ActivityInput, next: Next<WorkflowOutboundCallsInterceptor, 'scheduleActivity'>) {
    const summary = summaryOf(input.activityType, input.args[0]);
    const options = { ...scaled(input.options, timeScale()), ...(summary === undefined ? {} : { summary }) };
    return next({ ...input, options });
  }

  async startChildWorkflowExecution(
    input: StartChildWorkflowExecutionInput,
    next: Next<WorkflowOutboundCallsInterceptor, 'startChildWorkflowExecution'>,
  ) {
    const scale = timeScale();
    if (scale === 1) return next(input);
    return next({ ...input, options: { ...input.options, memo: { ...input.options.memo, [timeScaleMemo]: scale } } });
  }
}

const scaledFields = ['startToCloseTimeout', 'heartbeatTimeout'] as const;

function scaled(options: ActivityOptions, scale: number): ActivityOptions {
  if (scale === 1) return options;
  const changes: Partial<Record<(typeof scaledFields)[number], number>> = {};
  for (const field of scaledFields) {
    const value = options[field];
    if (value !== undefined) changes[field] = Math.max(1_000, Math.round(toMilliseconds(value) * scale));
  }
  const interval = options.retry?.initialInterval;
  const retry =
    interval === undefined
      ? options.retry
      : { ...options.retry, initialInterval: Math.max(50, toMilliseconds(interval) * scale) };
  return { ...options, ...changes, ...(retry === undefined ? {} : { retry }) };
}

/** Proxies write time-outs as `10s` or as milliseconds. */
function toMilliseconds(value: string | number): number {
  return typeof value === 'number' ? value : milliseconds(value);
}

/** Entry point named by `workflowInterceptorModules`. */
export const interceptors = (): WorkflowInterceptors => ({
  inbound: [],
  outbound: [new ActivityDefaults()],
  internals: [],
});
