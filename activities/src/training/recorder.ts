import {
  addSample,
  type JobProgress,
  type JobSpec,
  type PaceSample,
  paceOf,
  type TrainingProgress,
} from '@laurel/domain';
import type { MetricPoint } from '@laurel/ports';
import { Context } from '@temporalio/activity';
import type { ActivityPorts } from '../ports.js';

export type RecorderPorts = Pick<ActivityPorts, 'orchestrator' | 'runs' | 'trainingRecords'>;

/** Signals to the workflow: no more than this many over an attempt's deadline, so that its history stays short. */
const mostSignals = 200;
/** Turns that are signalled at once, for the same reason: what a waiting attempt waits for may change every second. */
const mostTurns = 100;
const leastSignalMilliseconds = 10_000;
/** Points kept while the database is away. */
const mostPoints = 20_000;

/** Writes an attempt's progress where people look for it: its row, the run's row and metrics, now and then the workflow. */
export interface Recorder {
  /** Takes in what the next record will hold. */
  add(progress: JobProgress): void;
  record(progress: JobProgress): Promise<void>;
}

export function createRecorder(ports: RecorderPorts, spec: JobSpec): Recorder {
  const key = { runId: spec.runId, attempt: spec.attempt };
  const workflow = followingWorkflow(ports, spec);
  let points = new Map<string, MetricPoint>();
  let samples: readonly PaceSample[] = [];
  return {
    add: (progress) => {
      samples = addSample(samples, { step: stepOf(progress), at: performance.now() });
      for (const point of pointsOf(progress))
        if (points.size < mostPoints) points.set(`${point.step} ${point.name}`, point);
    },
    record: async (place) => {
      const { node, waiting, fromStep, checkpointStep, totalSteps, metrics } = place;
      const step = stepOf(place);
      const fresh = points;
      const stored = await ports.trainingRecords.sightAttempt(key, { node, waiting, step, fromStep, checkpointStep });
      await ports.trainingRecords.appendMetrics(key, [...fresh.values()]);
      points = new Map([...points].filter(([name, point]) => fresh.get(name) !== point));
      const progress: TrainingProgress = {
        attempt: spec.attempt,
        placement: spec.placement,
        node,
        waiting,
        step,
        totalSteps,
        checkpointStep,
        metrics,
        ...paceOf(samples, totalSteps),
        cost: stored.cost,
        at: new Date().toISOString(),
      };
      await ports.runs.update(spec.runId, { progress });
      await workflow.tell(progress);
    },
  };
}

/** Before its first step, an attempt is where its checkpoint is. */
function stepOf({ step, checkpointStep }: JobProgress): number {
  return Math.max(step, checkpointStep ?? 0);
}

/** The points of one report; of one metric and step the last report counts. */
function pointsOf({ step, metrics }: JobProgress): readonly MetricPoint[] {
  const at = new Date().toISOString();
  return Object.entries(metrics).map(([name, value]) => ({ name, step, value, at }));
}

type Place = Pick<JobProgress, 'node' | 'waiting' | 'step' | 'totalSteps'>;

/** What people want to see at once. */
export function hasTurned(before: Place, now: Place): boolean {
  const moved = before.node !== now.node || before.waiting !== now.waiting;
  return moved || (before.step === 0 && now.step > 0) || (before.totalSteps === null && now.totalSteps !== null);
}

function followingWorkflow({ orchestrator }: RecorderPorts, spec: JobSpec) {
  const { info, log } = Context.current();
  const interval = Math.max(leastSignalMilliseconds, spec.deadlineMilliseconds / mostSignals);
  let told: { readonly progress: TrainingProgress; readonly at: number } | null = null;
  let turns = 0;
  const isNews = (progress: TrainingProgress) => {
    if (told === null || performance.now() - told.at >= interval) return true;
    if (turns >= mostTurns || !hasTurned(told.progress, progress)) return false;
    turns += 1;
    return true;
  };
  return {
    /** Progress is for people: a workflow that cannot be told is told the next time. */
    tell: async (progress: TrainingProgress) => {
      const workflowId = info.workflowExecution?.workflowId;
      if (workflowId === undefined || !isNews(progress)) return;
      told = { progress, at: performance.now() };
      try {
        await orchestrator.reportTraining(workflowId, progress);
      } catch (error) {
        log.warn('the workflow could not be told of progress', { error });
      }
    },
  };
}
