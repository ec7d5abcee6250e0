import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AttemptView, CircumstancesView, RunView } from '@laurel/contracts/schemas';
import { type Ground, openGround } from '../chaos/ground.js';
import { processesOf } from './processes.js';
import { projectOf, type Trainer, trainersFolder } from './trainers.js';

/** `term`: as a machine that is taken away does it, with notice. `kill`: without any. */
export type Manner = 'term' | 'kill';

/** What a launcher brings: variables of the worker, and how its machines are taken away. */
export interface Battlefield extends AsyncDisposable {
  readonly name: 'local' | 'kubernetes';
  /** Variables of the worker of a stack in this home. */
  environment(home: string): Promise<Readonly<Record<string, string>>>;
  readonly image: string | null;
  /** Takes the machine of a run's trainer away. */
  preempt(runId: string, manner: Manner): Promise<void>;
}

/** A whole stack with one trainer applied, on a battlefield. */
export interface Field extends AsyncDisposable {
  readonly trainer: Trainer;
  readonly battlefield: Battlefield;
  /** Folder of the journals. */
  readonly journal: string;
  readonly ground: Ground;
  /** Asks for a training of the project, which is registered but not rolled out. */
  train(): Promise<string>;
  /** Asks for a run to be repeated. */
  repeat(runId: string): Promise<string>;
  /** Waits for the end of a run. */
  ended(runId: string): Promise<RunView>;
  /** Oldest first. */
  attempts(runId: string): Promise<readonly AttemptView[]>;
  circumstances(runId: string): Promise<CircumstancesView>;
}

const patienceMilliseconds = 600_000;
const lookMilliseconds = 100;

/** Brings the stack up and applies the project. */
export async function openField(
  home: string,
  {
    trainer,
    battlefield,
    python,
  }: { readonly trainer: Trainer; readonly battlefield: Battlefield; readonly python: string },
): Promise<Field> {
  const journal = join(home, 'journal');
  await mkdir(journal, { recursive: true });
  const environment = { LAUREL_PYTHON: python, ...(await battlefield.environment(home)) };
  const ground = await openGround(home, environment, { servingProcesses: 1 });
  try {
    const project = await projectOf(trainer, { journal, image: battlefield.image });
    await ground.post('projects', { project, folder: trainersFolder });
  } catch (error) {
    await ground[Symbol.asyncDispose]();
    throw error;
  }
  const ask = async (body: object) =>
    (await ground.post<{ runId: string }>('projects/churn/runs', { rollOut: false, ...body })).runId;
  return {
    trainer,
    battlefield,
    journal,
    ground,
    train: () => ask({ from: 'train' }),
    repeat: (rerunOf) => ask({ rerunOf }),
    ended: (runId) => endOf(ground, runId),
    attempts: async (runId) => {
      const { items } = await ground.get<{ items: readonly AttemptView[] }>(`runs/${runId}/attempts?pageSize=200`);
      return items.toSorted((a, b) => a.attempt - b.attempt);
    },
    circumstances: (runId) => ground.get(`runs/${runId}/circumstances`),
    [Symbol.asyncDispose]: () => ground[Symbol.asyncDispose](),
  };
}

async function endOf(ground: Ground, runId: string): Promise<RunView> {
  const until = Date.now() + patienceMilliseconds;
  let last = 'it never began';
  while (Date.now() < until) {
    const run = await ground.get<RunView>(`runs/${runId}`).catch(() => undefined);
    if (run !== undefined && run.status !== 'running') return run;
    if (run !== undefined) last = `it is at ${run.step} ${JSON.stringify(run.progress)}`;
    await sleep(lookMilliseconds);
  }
  const alive = await processesOf(runId);
  throw new Error(
    `run ${runId} did not end within ${patienceMilliseconds / 1_000} s; ${last}; ${alive.length} processes of it live`,
  );
}
