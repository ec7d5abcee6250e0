import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { timesOf } from './histories.js';
import { type NoOps, noOpsPerRun, tenNoOps } from './no-ops.workflow.js';
import { type Summary, summarise } from './samples.js';

/** Milliseconds. */
export interface WorkflowOverhead {
  readonly runs: number;
  readonly activitiesPerRun: number;
  /** From the scheduling of an activity to the scheduling of the next one, or to the end of the run. */
  readonly perActivity: Summary;
  /** Its parts: until a worker has it, until its result is stored, until the workflow has gone on. */
  readonly parts: { readonly waiting: Summary; readonly running: Summary; readonly deciding: Summary };
  /** From the client's call to the result it gets. */
  readonly perRun: Summary;
  /** The same ten functions awaited one after the other, without Temporal; per function. */
  readonly direct: Summary;
  /** Median of `perActivity` over the median of `direct`. */
  readonly ratio: number;
}

/** What one activity took, in milliseconds. */
interface Step {
  readonly waiting: number;
  readonly running: number;
  readonly deciding: number;
}

const warmUps = 5;

/** Measures what a step costs on a Temporal server that is up, with a worker of its own in this process. */
export async function measureOverhead(client: Client, address: string, runs: number): Promise<WorkflowOverhead> {
  const taskQueue = `bench-${randomUUID()}`;
  const activities: NoOps = { noOp: async () => undefined };
  const connection = await NativeConnection.connect({ address });
  const workflowsPath = fileURLToPath(new URL('no-ops.workflow.js', import.meta.url));
  const worker = await Worker.create({ connection, taskQueue, workflowsPath, activities });
  const measured = await worker.runUntil(() => runAll(client, taskQueue, runs));
  await connection.close();
  const direct = summarise(await directly(activities, runs));
  const perActivity = summarise(measured.steps.map(({ waiting, running, deciding }) => waiting + running + deciding));
  return {
    runs,
    activitiesPerRun: noOpsPerRun,
    perActivity,
    parts: {
      waiting: summarise(measured.steps.map(({ waiting }) => waiting)),
      running: summarise(measured.steps.map(({ running }) => running)),
      deciding: summarise(measured.steps.map(({ deciding }) => deciding)),
    },
    perRun: summarise(measured.perRun),
    direct,
    ratio: perActivity.median / direct.median,
  };
}

async function runAll(client: Client, taskQueue: string, runs: number) {
  const steps: Step[] = [];
  const perRun: number[] = [];
  for (let run = -warmUps; run < runs; run += 1) {
    const workflowId = `bench/no-ops/${randomUUID()}`;
    const begin = performance.now();
    await client.workflow.execute(tenNoOps, { taskQueue, workflowId });
    const wall = performance.now() - begin;
    if (run < 0) continue;
    perRun.push(wall);
    const { activities, ended } = await timesOf(client, workflowId);
    const ends = [...activities.slice(1).map(({ scheduled }) => scheduled), ended];
    for (const [index, { scheduled, started, completed }] of activities.entries()) {
      const end = ends[index] ?? ended;
      steps.push({ waiting: started - scheduled, running: completed - started, deciding: end - completed });
    }
  }
  return { steps, perRun };
}

async function directly({ noOp }: Readonly<Record<keyof NoOps, () => Promise<void>>>, runs: number) {
  const sample: number[] = [];
  for (let run = -warmUps; run < runs; run += 1) {
    const begin = performance.now();
    for (let step = 0; step < noOpsPerRun; step += 1) await noOp();
    if (run >= 0) sample.push((performance.now() - begin) / noOpsPerRun);
  }
  return sample;
}
