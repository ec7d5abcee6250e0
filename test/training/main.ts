import { join } from 'node:path';
import { findToolchain, type Toolchain } from '@laurel/dev';
import { randomFrom } from '@laurel/domain';
import { inWorkshop, runProgram } from '../support/program.js';
import { type Exercise, exercises, type Trial } from './cells.js';
import { type Battlefield, openField } from './field.js';
import { openOnKubernetes } from './kubernetes.js';
import { openLocal } from './local.js';
import { parseOptions, type TrainingOptions } from './options.js';
import { runBaseline } from './preempted-run.js';
import { type CellResult, resultTable } from './report.js';
import { type Trainer, trainers } from './trainers.js';

/** As often as must be shown. */
const usualCounts = { preemptions: 25, ranks: 20 } as const;

const say = (line: string) => void process.stdout.write(`${line}\n`);

interface Cell {
  readonly name: string;
  readonly trainer: Trainer;
  readonly launcher: string;
}

function cellOf(name: string): Cell {
  const [trainer, launcher] = name.split('/');
  const found = trainers.find((candidate) => candidate.name === trainer);
  if (found === undefined || launcher === undefined) throw new Error(`there is no cell ${name}`);
  return { name, trainer: found, launcher };
}

/** Why a cell cannot be tried on this machine; `undefined` when it can. */
function missing({ trainer, launcher }: Cell, tools: Toolchain): string | undefined {
  if (pythonOf(trainer, tools) === null) return trainer.workers > 1 ? 'no PyTorch' : 'no Python';
  return launcher === 'kubernetes' && tools.kubernetes === null ? 'no control plane of Kubernetes' : undefined;
}

function pythonOf({ workers }: Trainer, { python, torchPython }: Toolchain): string | null {
  return workers > 1 ? torchPython : python;
}

async function runCell(workshop: string, cell: Cell, options: TrainingOptions): Promise<readonly CellResult[]> {
  const python = pythonOf(cell.trainer, findToolchain());
  if (python === null) throw new Error(`cell ${cell.name} has no Python`);
  const home = join(workshop, cell.name.replace('/', '-'));
  await using battlefield = await openBattlefield(cell, { folder: `${home}-cluster`, python });
  await using field = await openField(home, { trainer: cell.trainer, battlefield, python });
  say(`\n${cell.name}: ${cell.trainer.title}; an uninterrupted run first`);
  const baseline = await runBaseline(field);
  say(`${cell.name}: ${baseline.steps} steps, a checkpoint every ${cell.trainer.every}; ${baseline.model}`);
  const random = randomFrom(options.seed);
  const counts = { preemptions: options.count ?? usualCounts.preemptions, ranks: options.count ?? usualCounts.ranks };
  const wanted = exercises(counts).filter(
    (exercise) => options.only.includes(exercise.name) && exercise.appliesTo(field),
  );
  const results: CellResult[] = [];
  for (const exercise of wanted) {
    const attempt = () => exercise.try(field, baseline, random);
    results.push({ cell: cell.name, exercise, trials: await tryOften(cell.name, exercise, attempt) });
  }
  return results;
}

function openBattlefield(
  { launcher }: Cell,
  ground: { readonly folder: string; readonly python: string },
): Promise<Battlefield> | Battlefield {
  return launcher === 'kubernetes' ? openOnKubernetes({ ...ground, say }) : openLocal();
}

async function tryOften(cell: string, exercise: Exercise, attempt: () => Promise<Trial>): Promise<readonly Trial[]> {
  const trials: Trial[] = [];
  for (let turn = 1; turn <= exercise.count; turn += 1) {
    const trial = await attempt();
    trials.push(trial);
    const verdict = trial.violations.length === 0 ? 'pass' : 'FAIL';
    const lost = trial.lost.length === 0 ? '' : `; lost ${trial.lost.join(', ')}`;
    const place = `${String(turn).padStart(3)}/${exercise.count}`;
    say(`${cell} ${place} ${verdict} ${trial.seconds.toFixed(1).padStart(6)} s  ${trial.what}${lost}`);
    for (const violation of trial.violations) say(`        ${violation}`);
  }
  return trials;
}

/** Runs every cell that this machine can run, and says which it cannot. */
async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  const results: CellResult[] = [];
  const left: string[] = [];
  const tools = findToolchain();
  await inWorkshop('training', async (workshop) => {
    for (const cell of options.cells.map(cellOf)) {
      const reason = missing(cell, tools);
      if (reason === undefined) results.push(...(await runCell(workshop, cell, options)));
      else left.push(`${cell.name}: not run: ${reason}`);
    }
  });
  const trials = results.flatMap((result) => result.trials);
  const failed = trials.filter(({ violations }) => violations.length > 0).length;
  say(`\n${resultTable(results)}`);
  for (const line of left) say(line);
  say(`\n${trials.length - failed} passed, ${failed} failed`);
  return failed === 0 && trials.length > 0 ? 0 : 1;
}

await runProgram('test:training', main);
