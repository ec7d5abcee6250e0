import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { workflowIds } from '@laurel/contracts';
import { openClient } from '@laurel/temporal';
import { type Boundary, boundaryName, failpointOf } from './boundaries.js';
import { type Ground, openGround } from './ground.js';
import { brokenInvariants, type Expected } from './invariants.js';
import type { Prepared } from './preparation.js';
import { restoreSnapshot, type Snapshot } from './snapshot.js';
import { rollOut, train } from './stories.js';

/** One kill, the story it strikes, and what must hold afterwards. */
export interface Cell {
  readonly name: string;
  readonly snapshot: Snapshot;
  /** `LAUREL_FAILPOINTS` of the worker; empty for a victim killed by pid. */
  readonly failpoint: string;
  readonly story: (ground: Ground) => Promise<Expected>;
}

export interface CellResult {
  readonly name: string;
  readonly broken: readonly string[];
  readonly seconds: number;
}

/** Processes that are killed once each in the middle of a promotion. */
const victims = ['api', 'serving-1', 'postgres', 'temporal'] as const;

/** Every cell the code's boundaries give. */
export function allCells(prepared: Prepared): readonly Cell[] {
  return [
    ...prepared.training.map((boundary) => atBoundary(boundary, prepared.blank, trained)),
    ...prepared.promotion.map((boundary) => atBoundary(boundary, prepared.served, (ground) => promoted(ground))),
    ...prepared.rollback.map((boundary) => atBoundary(boundary, prepared.served, turnedBack)),
    {
      name: 'promoteModel, terminated by hand in the middle: the reconciler restores',
      snapshot: prepared.served,
      failpoint: '',
      story: terminated,
    },
    ...victims.map((victim) => ({
      name: `${victim}, killed in the middle of a promotion`,
      snapshot: prepared.served,
      failpoint: '',
      story: (ground: Ground) => promotedWhileDying(ground, victim),
    })),
  ];
}

function atBoundary(boundary: Boundary, snapshot: Snapshot, story: Cell['story']): Cell {
  return { name: boundaryName(boundary), snapshot, failpoint: failpointOf(boundary), story };
}

/** Runs one cell from its snapshot; a story that does not end as it must is a broken I6. */
export async function runCell(workshop: string, cell: Cell): Promise<CellResult> {
  const started = Date.now();
  const home = join(workshop, 'home');
  await restoreSnapshot(cell.snapshot, home);
  const result = (broken: readonly string[]) => ({ name: cell.name, broken, seconds: (Date.now() - started) / 1_000 });
  try {
    await using ground = await openGround(home, cell.failpoint === '' ? {} : { LAUREL_FAILPOINTS: cell.failpoint });
    const expected = await cell.story(ground);
    const struck = cell.failpoint === '' || (await workerDied(ground));
    const ending = await endingOf(ground, expected.workflowId);
    const broken = await brokenInvariants(String(ground.stack.environment['LAUREL_DATABASE_URL']), expected);
    return result([
      ...broken,
      ...(struck ? [] : ['cell: the failpoint never struck']),
      ...(ending === expected.ending ? [] : [`I6: workflow ${expected.workflowId} is ${ending}`]),
    ]);
  } catch (error) {
    return result([`I6: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

/** The last activity's effect shows before its worker's death does, so this waits for the supervisor to notice. */
async function workerDied({ stack }: Ground): Promise<boolean> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const { processes } = await stack.status();
    if (processes.some(({ name, restarts }) => name.startsWith('worker') && restarts > 0)) return true;
    await sleep(200);
  }
  return false;
}

/** How the workflow closed, as Temporal says; waits for the worker that goes on after the kill. */
async function endingOf({ stack }: Ground, workflowId: string): Promise<string> {
  const client = openClient({ address: String(stack.environment['LAUREL_TEMPORAL_ADDRESS']) });
  try {
    for (let attempt = 0; ; attempt += 1) {
      const { status } = await client.workflow.getHandle(workflowId).describe();
      if (status.name !== 'RUNNING' || attempt === 150) return status.name;
      await sleep(200);
    }
  } finally {
    await client.connection.close();
  }
}

const common = { endpoint: 'churn', project: 'churn', ending: 'COMPLETED' } as const;

async function trained(ground: Ground): Promise<Expected> {
  const { runId } = await train(ground);
  return {
    ...common,
    workflowId: workflowIds.train('churn', runId),
    champion: null,
    runs: 1,
    versions: 1,
    rollouts: [],
    answers: [],
  };
}

async function promoted(ground: Ground, during?: () => Promise<void>): Promise<Expected> {
  const { status, incarnation, answers } = await rollOut(ground, 2, during);
  return {
    ...common,
    workflowId: workflowIds.rollout('churn', incarnation),
    champion: 2,
    runs: 3,
    versions: 3,
    rollouts: ['promoted', status],
    answers,
  };
}

async function turnedBack(ground: Ground): Promise<Expected> {
  const { status, incarnation, answers } = await rollOut(ground, 3);
  return {
    ...common,
    workflowId: workflowIds.rollout('churn', incarnation),
    champion: 1,
    runs: 3,
    versions: 3,
    rollouts: ['promoted', status === 'rolledBack' ? status : `not ${status}`],
    answers,
  };
}

/** Waits until the canary's shadow is on: the middle of a rollout. */
async function shadowIsOn(ground: Ground): Promise<void> {
  await ground.until<{ split: { shadow: unknown } | null }>('endpoints/churn', ({ split }) => split?.shadow != null);
}

/** Temporal runs no undo on terminate; the reconciler does. */
async function terminated(ground: Ground): Promise<Expected> {
  const { status, incarnation, answers } = await rollOut(ground, 2, async () => {
    await shadowIsOn(ground);
    const client = openClient({ address: String(ground.stack.environment['LAUREL_TEMPORAL_ADDRESS']) });
    const { endpoint } = await ground.get<{ endpoint: string; split: { incarnation: number } }>('endpoints/churn');
    const { items } = await ground.get<{ items: readonly { incarnation: number }[] }>(`endpoints/${endpoint}/rollouts`);
    await client.workflow.getHandle(workflowIds.rollout(endpoint, items[0]?.incarnation ?? 0)).terminate('by hand');
    await client.connection.close();
  });
  const workflowId = workflowIds.rollout('churn', incarnation);
  const rollouts = ['promoted', status === 'rolledBack' ? status : `not ${status}`];
  return { ...common, workflowId, ending: 'TERMINATED', champion: 1, runs: 3, versions: 3, rollouts, answers };
}

async function promotedWhileDying(ground: Ground, victim: string): Promise<Expected> {
  return promoted(ground, async () => {
    await shadowIsOn(ground);
    const { processes } = await ground.stack.status();
    const pid = processes.find(({ name }) => name === victim)?.pid;
    if (pid == null)
      throw new Error(`no process is called ${victim}; there are ${processes.map(({ name }) => name).join(', ')}`);
    process.kill(pid, 'SIGKILL');
  });
}
