import {
  approvalGranted,
  clearEndpoint,
  type EndpointState,
  LaurelError,
  type ModelLifecycleState,
  operatorOrdered,
  orderRollout,
  requestPromotion,
  rollBackEndpoint,
  type TrainingStep,
  taskQueues,
  timeScaleMemo,
  trainingProgressed,
  trainingSteps,
  triggerFired,
  verdictChanged,
  workflowIds,
} from '@laurel/contracts';
import type { Orchestrator, TrainingTrigger } from '@laurel/ports';
import { type Client, WithStartWorkflowOperation, WorkflowNotFoundError } from '@temporalio/client';
import { openClient, type TemporalOptions } from './connect.js';
import { translated } from './failures.js';
import { projectRunCalls } from './project-run-calls.js';
import { registrationCalls } from './registration-calls.js';
import { reconcileSchedules } from './schedules.js';
import { sweepCalls } from './sweep-calls.js';

export interface OrchestratorOptions extends TemporalOptions {
  /** Factor on the time-outs of activities of every workflow started from here; 1 by default. */
  readonly timeScale?: number;
}

/** The orchestrator over a Temporal client. It connects at its first call. */
export function connectOrchestrator(options: OrchestratorOptions): Orchestrator & { close(): Promise<void> } {
  const client = openClient(options);
  const start = startOptions(options.timeScale ?? 1);
  return {
    ...modelCalls(client, start),
    ...sweepCalls(client, start),
    ...projectRunCalls(client, start),
    ...registrationCalls(client, start),
    ...endpointCalls(client, start),
    ...lookCalls(client),
    reconcileSchedules: (project) => translated(() => reconcileSchedules(client, project)),
    close: () => client.connection.close(),
  };
}

type StartOptions = { readonly taskQueue: string; readonly memo?: Record<string, unknown> };

function startOptions(timeScale: number): StartOptions {
  return { taskQueue: taskQueues.control, ...(timeScale === 1 ? {} : { memo: { [timeScaleMemo]: timeScale } }) };
}

function modelCalls(client: Client, start: StartOptions): Pick<Orchestrator, 'fireTrigger' | 'cancelTraining'> {
  return {
    fireTrigger: (project, trigger) =>
      translated(async () => {
        const workflowId = workflowIds.model(project);
        const state: ModelLifecycleState = {
          schema: 1,
          project,
          queue: [],
          current: null,
          recent: [],
          lastEndedAt: 0,
          trained: 0,
        };
        await client.workflow.signalWithStart('modelLifecycle', {
          ...start,
          workflowId,
          args: [state],
          staticSummary: `life of ${project}`,
          signal: triggerFired,
          signalArgs: [eventOf(trigger)],
        });
        return { workflowId };
      }),
    cancelTraining: (project, runId) =>
      translated(async () => {
        await client.workflow.getHandle(workflowIds.train(project, runId)).cancel();
      }),
  };
}

function eventOf(trigger: TrainingTrigger) {
  const { from, ...rest } = trigger;
  if (from === null) return rest;
  if (!(trainingSteps as readonly string[]).includes(from)) {
    throw new LaurelError(
      'InvalidInput',
      `"${from}" is no step of a training; choose one of ${trainingSteps.join(', ')}.`,
    );
  }
  return { ...rest, from: from as TrainingStep };
}

function endpointCalls(
  client: Client,
  start: StartOptions,
): Pick<Orchestrator, 'requestPromotion' | 'orderRollout' | 'rollBackEndpoint' | 'clearEndpoint'> {
  const entity = (endpoint: string) => {
    const state: Pick<EndpointState, 'endpoint'> = { endpoint };
    return new WithStartWorkflowOperation('endpoint', {
      ...start,
      workflowId: workflowIds.endpoint(endpoint),
      workflowIdConflictPolicy: 'USE_EXISTING',
      args: [state],
      staticSummary: `endpoint ${endpoint}`,
    });
  };
  return {
    requestPromotion: ({ endpoint, ...request }) =>
      translated(async () => {
        const { workflowId, incarnation } = await client.workflow.executeUpdateWithStart(requestPromotion, {
          args: [request],
          updateId: `promote/${request.requestId}`,
          startWorkflowOperation: entity(endpoint),
        });
        return { workflowId, incarnation };
      }),
    orderRollout: (endpoint, order) =>
      translated(() =>
        client.workflow.getHandle(workflowIds.endpoint(endpoint)).executeUpdate(orderRollout, { args: [order] }),
      ),
    rollBackEndpoint: (endpoint, order) =>
      translated(() =>
        client.workflow.executeUpdateWithStart(rollBackEndpoint, {
          args: [order],
          updateId: `roll-back/${order.requestId}`,
          startWorkflowOperation: entity(endpoint),
        }),
      ),
    clearEndpoint: (endpoint, by) =>
      translated(async () => {
        await client.workflow
          .getHandle(workflowIds.endpoint(endpoint))
          .executeUpdate(clearEndpoint, { args: [{ by }] });
      }),
  };
}

function lookCalls(
  client: Client,
): Pick<
  Orchestrator,
  'grantApproval' | 'rejectRollout' | 'changeVerdict' | 'reportTraining' | 'workflowStatus' | 'ping'
> {
  return {
    reportTraining: (workflowId, progress) =>
      translated(async () => {
        try {
          await client.workflow.getHandle(workflowId).signal(trainingProgressed, progress);
        } catch (error) {
          if (!(error instanceof WorkflowNotFoundError)) throw error;
        }
      }),
    grantApproval: (workflowId, grant) =>
      translated(() => client.workflow.getHandle(workflowId).signal(approvalGranted, grant)),
    rejectRollout: (workflowId, { by, reason }) =>
      translated(() => {
        const order = { kind: 'abort', by, reason: `rejected: ${reason}` } as const;
        return client.workflow.getHandle(workflowId).signal(operatorOrdered, order);
      }),
    changeVerdict: (workflowId, change) =>
      translated(async () => {
        try {
          await client.workflow.getHandle(workflowId).signal(verdictChanged, change);
          return true;
        } catch (error) {
          if (error instanceof WorkflowNotFoundError) return false;
          throw error;
        }
      }),
    workflowStatus: (workflowId) =>
      translated(async () => {
        try {
          const { status } = await client.workflow.getHandle(workflowId).describe();
          return status.name === 'RUNNING' ? 'running' : 'closed';
        } catch (error) {
          if (error instanceof WorkflowNotFoundError) return 'absent';
          throw error;
        }
      }),
    ping: () => translated(async () => void (await client.connection.workflowService.getSystemInfo({}))),
  };
}
