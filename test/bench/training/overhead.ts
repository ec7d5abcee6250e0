import { spawn } from 'node:child_process';
import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { workflowIds } from '@laurel/contracts';
import { openClient } from '@laurel/temporal';
import type { Field } from '../../training/field.js';
import { untilStep } from '../../training/journal.js';
import { processesOf, variablesOf } from '../../training/processes.js';
import { timesOf } from '../histories.js';
import { type Summary, summarise } from '../samples.js';

/** A training by Laurel against its script alone, seconds. */
export interface Overhead {
  /** The script, from the start of its process to its end. */
  readonly alone: Summary;
  /** The step `train`: from the scheduling of its activity to the result in the workflow's history. */
  readonly job: Summary;
  /** From the request to the registered version: snapshot, validation, split, training, packaging, evaluation. */
  readonly whole: Summary;
  /** Of each round: the job's time beyond the script's. */
  readonly added: Summary;
}

/** The script's whole environment and command, as Laurel started it. */
interface Script {
  readonly command: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Runs the script with and without Laurel in turn, so that both meet the same machine. */
export async function measureOverhead(field: Field, rounds: number, say: (line: string) => void): Promise<Overhead> {
  const script = await observeScript(field);
  const samples: { readonly alone: number; readonly job: number; readonly whole: number }[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const alone = await runAlone(script, round);
    const { job, whole } = await runWithLaurel(field);
    samples.push({ alone, job, whole });
    say(`round ${round}: ${alone.toFixed(1)} s alone, ${job.toFixed(1)} s as a job, ${whole.toFixed(1)} s in all`);
  }
  const of = (value: (sample: (typeof samples)[number]) => number) => summarise(samples.map(value));
  return {
    alone: of(({ alone }) => alone),
    job: of(({ job }) => job),
    whole: of(({ whole }) => whole),
    added: of(({ alone, job }) => job - alone),
  };
}

/** Looks at a trainer while it runs, and copies its rows before the job takes them away. */
async function observeScript(field: Field): Promise<Script> {
  const runId = await field.train();
  let over = false;
  const end = field.ended(runId).finally(() => {
    over = true;
  });
  await untilStep({ folder: field.journal, runId }, { former: 0, step: 1, isOver: () => over });
  const [trainer] = await processesOf(runId);
  if (trainer === undefined) throw new Error('the trainer has ended before it could be looked at');
  const environment = await variablesOf(trainer.pid);
  const command = (await readFile(`/proc/${trainer.pid}/cmdline`, 'utf8')).split('\0').filter((part) => part !== '');
  const data = join(field.journal, 'data');
  await cp(String(environment['LAUREL_DATA_DIR']), data, { recursive: true });
  await end;
  const { planned } = await field.circumstances(runId);
  const own = { LAUREL_DATA_DIR: data, LAUREL_RESUME: '', TMPDIR: field.journal };
  return { command, folder: planned.folder, environment: { ...environment, ...own } };
}

async function runAlone({ command, folder, environment }: Script, round: number): Promise<number> {
  const place = join(String(environment['LAUREL_DATA_DIR']), `alone-${round}`);
  const [program = '', ...args] = command;
  const places = { LAUREL_OUTPUT_DIR: join(place, 'output'), LAUREL_CHECKPOINT_DIR: join(place, 'checkpoints') };
  await mkdir(place, { recursive: true });
  const started = performance.now();
  const child = spawn(program, args, { cwd: folder, env: { ...environment, ...places }, stdio: 'ignore' });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const seconds = (performance.now() - started) / 1_000;
  if (code !== 0) throw new Error(`the script alone ended with ${code}`);
  await rm(place, { recursive: true, force: true });
  return seconds;
}

async function runWithLaurel(field: Field): Promise<{ readonly job: number; readonly whole: number }> {
  const asked = Date.now();
  const runId = await field.train();
  const run = await field.ended(runId);
  if (run.status !== 'registered') throw new Error(`the run ended as ${run.status}: ${run.message}`);
  const client = openClient({ address: String(field.ground.stack.environment['LAUREL_TEMPORAL_ADDRESS']) });
  try {
    const { activities, ended } = await timesOf(client, workflowIds.train(run.project, runId));
    const own = activities.filter(({ activityType }) => activityType === 'runTrainer');
    const job = own.reduce((sum, { scheduled, completed }) => sum + completed - scheduled, 0);
    return { job: job / 1_000, whole: (ended - asked) / 1_000 };
  } finally {
    await client.connection.close();
  }
}
