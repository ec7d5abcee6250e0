// False decisions, power and users of the functions that decide: node build/test/bench/statistics/main.js
// [--rollouts 10000] [--recordings 40] [--seed 1] [--json FILE] [--write]
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkout } from '@laurel/dev';
import { randomFrom } from '@laurel/domain';
import { runProgram } from '../../support/program.js';
import { thisMachine } from '../report.js';
import { type Options, parseOptions } from './options.js';
import { aimsOf, type Outcome, outcomeOf, reportMarkdown, type StatisticsReport } from './report.js';
import { compare } from './rivals/compare.js';
import { rules } from './rules.js';
import { runTrial, type Trial } from './trial.js';

const say = (line: string) => void process.stdout.write(`${line}\n`);

/** No difference at both numbers of looks; a gain at the edge of what the plan can find, and harms. */
const trials: readonly Trial[] = [
  { looks: 20, effect: 0 },
  { looks: 100, effect: 0 },
  { looks: 20, effect: 0.05 },
  { looks: 20, effect: 0.1 },
  { looks: 20, effect: -0.05 },
  { looks: 20, effect: -0.1 },
];

function simulate({ rollouts, seed }: Options): readonly Outcome[] {
  return trials.flatMap((trial, index) => {
    const random = randomFrom(seed + 7_919 * index);
    const runs = Array.from({ length: rollouts }, () => runTrial(trial, rules, random));
    const outcomes = rules.map(({ name }, place) =>
      outcomeOf(
        trial,
        name,
        runs.flatMap((endings) => endings.slice(place, place + 1)),
      ),
    );
    say(`${trial.looks} looks, effect ${trial.effect}: done`);
    return outcomes;
  });
}

async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  const machine = thisMachine();
  const began = performance.now();
  const outcomes = simulate(options);
  const comparisons = compare(options.recordings, options.seed);
  const report: StatisticsReport = {
    measuredAt: new Date().toISOString(),
    machine,
    seed: options.seed,
    seconds: (performance.now() - began) / 1_000,
    outcomes,
    aims: aimsOf(outcomes),
    comparisons,
  };
  const text = reportMarkdown(report);
  say(`\n${text}`);
  if (options.json !== null) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
  if (options.write) await writeMeasured(text);
  return report.aims.every(({ met }) => met) ? 0 : 1;
}

/** Puts the tables below the heading of the page, whose text is written by hand. */
async function writeMeasured(text: string): Promise<void> {
  const file = join(checkout, 'docs', 'reference', 'benches-statistics.md');
  const page = await readFile(file, 'utf8');
  const heading = '\n## Measured\n';
  await writeFile(file, `${page.slice(0, page.indexOf(heading) + heading.length)}\n${text}\n`);
  say(`written to ${file}`);
}

await runProgram('bench:statistics', main);
