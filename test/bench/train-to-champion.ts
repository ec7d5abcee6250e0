import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { workflowIds } from '@laurel/contracts';
import { parseProject } from '@laurel/contracts/schemas';
import type { ModelProject } from '@laurel/domain';
import type { Client } from '@temporalio/client';
import { exampleFolder, type Ground } from '../chaos/ground.js';
import { timesOf, type WorkflowTimes } from './histories.js';
import { type Summary, summarise } from './samples.js';

/** Seconds. */
export interface TrainToChampion {
  /** From the start of the process `laurel train` to the champion that the API tells of. */
  readonly whole: Summary;
  /** From the start of that process to the beginning of the workflow `trainModel`. */
  readonly asking: Summary;
  /** Each activity of `trainModel`, waiting for a worker included. */
  readonly steps: Readonly<Record<string, Summary>>;
  /** From the end of `trainModel` to the champion: the rollout of a first version, which has no shadow and no canary. */
  readonly crowning: Summary;
}

interface Passage {
  readonly asked: number;
  readonly crowned: number;
  readonly training: WorkflowTimes;
}

/** Trains the shipped example as a project and endpoint that are new each time, so that nothing is reused. */
export async function measureTraining(ground: Ground, client: Client, times: number): Promise<TrainToChampion> {
  const passages: Passage[] = [];
  for (let turn = 1; turn <= times; turn += 1) passages.push(await firstChampion(ground, client, `bench-${turn}`));
  const seconds = (of: (passage: Passage) => number) => summarise(passages.map((passage) => of(passage) / 1_000));
  const steps = passages[0]?.training.activities.map(({ activityType }) => activityType) ?? [];
  return {
    whole: seconds(({ asked, crowned }) => crowned - asked),
    asking: seconds(({ asked, training }) => training.began - asked),
    steps: Object.fromEntries(
      [...new Set(steps)].map((step) => [step, seconds(({ training }) => spent(training, step))]),
    ),
    crowning: seconds(({ crowned, training }) => crowned - training.ended),
  };
}

async function firstChampion(ground: Ground, client: Client, name: string): Promise<Passage> {
  await ground.post('projects', { project: await shippedProject(name), folder: exampleFolder });
  const asked = Date.now();
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join('apps', 'cli', 'bin', 'laurel.mjs'), 'train', name, '-o', 'json'],
    { env: { ...process.env, LAUREL_HOME: ground.stack.home } },
  );
  const { runId } = JSON.parse(stdout) as { readonly runId: string };
  await ground.until<{ readonly champion: unknown }>(`endpoints/${name}`, ({ champion }) => champion !== null);
  const crowned = Date.now();
  return { asked, crowned, training: await timesOf(client, workflowIds.train(name, runId)) };
}

async function shippedProject(name: string): Promise<ModelProject> {
  const file = join(exampleFolder, 'laurel.yaml');
  const parsed = parseProject(await readFile(file, 'utf8'), { file });
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  const { metadata, spec } = parsed.project;
  const serving = { ...spec.serving, endpoint: name };
  return { ...parsed.project, metadata: { ...metadata, name }, spec: { ...spec, serving, triggers: [] } };
}

function spent({ activities }: WorkflowTimes, step: string): number {
  const own = activities.filter(({ activityType }) => activityType === step);
  return own.reduce((sum, { scheduled, completed }) => sum + completed - scheduled, 0);
}
