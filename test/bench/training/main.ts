import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LaurelError } from '@laurel/contracts';
import { findToolchain } from '@laurel/dev';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { inWorkshop, runProgram } from '../../support/program.js';
import { type Field, openField } from '../../training/field.js';
import { openLocal } from '../../training/local.js';
import { ddp, type Trainer, xgboost } from '../../training/trainers.js';
import { thisMachine } from '../report.js';
import { type CheckpointCost, measureCheckpoints } from './checkpoints.js';
import { writeDocument } from './document.js';
import { parseOptions } from './options.js';
import { measureOverhead } from './overhead.js';
import { reportMarkdown, type TrainingReport, withinLimit } from './report.js';
import { measureResumption } from './resumption.js';

const usualEvery = 50;
/** Long enough for a share of 2 % to be more than noise. */
const long: Trainer = {
  ...xgboost,
  every: usualEvery,
  pause: 0.04,
  parameters: { ...xgboost.parameters, n_estimators: 400, early_stopping_rounds: 400 },
};
const unpaused: readonly Trainer[] = [
  { ...long, pause: 0 },
  { ...ddp, every: usualEvery, pause: 0, parameters: { ...ddp.parameters, epochs: 20 } },
];

const say = (line: string) => void process.stdout.write(`${line}\n`);

type Measure<Figures> = (field: Field) => Promise<Figures>;

async function measure(workshop: string, rounds: number): Promise<TrainingReport> {
  const machine = thisMachine();
  const missing: string[] = [];
  let stacks = 0;
  const on = async <Figures>(trainer: Trainer, work: Measure<Figures>): Promise<Figures | undefined> => {
    const python = pythonOf(trainer);
    if (python === null) {
      missing.push(`${trainer.title}: no PyTorch`);
      return undefined;
    }
    stacks += 1;
    await using field = await openField(join(workshop, `home-${stacks}`), {
      trainer,
      battlefield: openLocal(),
      python,
    });
    return await work(field);
  };
  say(`running the script with and without Laurel, ${rounds} times each`);
  const overhead = await on(long, (field) => measureOverhead(field, rounds, say));
  if (overhead === undefined)
    throw new LaurelError('PythonMissing', 'The bench has no Python to train with; run npm run setup.');
  say(`preempting ${rounds} times in each manner`);
  const resumption = [xgboost, ddp].map((trainer) => () => on(trainer, (field) => measureResumption(field, rounds)));
  const resumed = (await inTurn(resumption)).flatMap((found) => found ?? []);
  say('timing the commits of checkpoints');
  const costs = unpaused.map((trainer) => () => on(trainer, (field) => measureCheckpoints(field, rounds)));
  const checkpoints = (await inTurn(costs)).filter((found): found is CheckpointCost => found !== undefined);
  const measuredAt = new Date().toISOString();
  return { measuredAt, machine, rounds, overhead, resumption: resumed, checkpoints, missing: [...new Set(missing)] };
}

async function inTurn<Result>(works: readonly (() => Promise<Result>)[]): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const work of works) results.push(await work());
  return results;
}

function pythonOf({ workers }: Trainer): string | null {
  const { python, torchPython } = findToolchain();
  return workers > 1 ? torchPython : python;
}

async function main(args: readonly string[]): Promise<number> {
  const { rounds, json, write } = parseOptions(args);
  Runtime.install({ logger: new DefaultLogger('WARN') });
  const report = await inWorkshop('bench-training', (workshop) => measure(workshop, rounds));
  say(`\n${reportMarkdown(report)}`);
  if (json !== null) await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
  if (write) say(`\nwritten to ${await writeDocument(report)}`);
  return withinLimit(report.overhead) ? 0 : 1;
}

await runProgram('bench:training', main);
