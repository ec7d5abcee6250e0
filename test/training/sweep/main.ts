import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findToolchain } from '@laurel/dev';
import { createOptunaSampler } from '@laurel/optuna';
import { openGround, openWorkshop } from '../../chaos/ground.js';
import { runKilledSweep } from './killed-sweep.js';
import { type Race, race, trials as raceTrials } from './race.js';

/** Share of the random search's steps that ASHA may need. */
const share = 0.4;

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '40' },
    parallel: { type: 'string', default: '4' },
    kills: { type: 'string', default: '5' },
    races: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
  },
});
const options = {
  trials: Number(values.trials),
  parallel: Number(values.parallel),
  kills: Number(values.kills),
  races: Number(values.races),
  seed: Number(values.seed),
};
const say = (line: string) => void process.stdout.write(`${line}\n`);

const workshop = await openWorkshop();
const problems: string[] = [];
{
  const home = join(workshop, 'home');
  await using ground = await openGround(home, {}, { servingProcesses: 1 });
  if (options.trials > 0) problems.push(...(await killedSweep(ground, home)));
  if (options.races > 0) problems.push(...(await races(ground.stack.environment['LAUREL_DATABASE_URL'] ?? '')));
}
await rm(workshop, { recursive: true, force: true });
for (const problem of problems) say(`PROBLEM: ${problem}`);
say(problems.length === 0 ? 'test:sweeps: all well' : `test:sweeps: ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);

async function killedSweep(ground: Parameters<typeof runKilledSweep>[0], home: string): Promise<readonly string[]> {
  const { trials, parallel, kills, seed } = options;
  say(`a sweep of ${trials} trials, ${parallel} at a time, with the worker killed ${kills} times`);
  const started = Date.now();
  const ended = await runKilledSweep(ground, home, { trials, parallel, kills, seed, say });
  const { status, counts, best, version } = ended.results;
  const seconds = Math.round((Date.now() - started) / 1_000);
  say(
    `sweep ${status} as version ${version ?? '-'} in ${seconds} s: ${counts.complete} complete, ${ended.kills} kills`,
  );
  say(`best: trial ${best?.number ?? '-'} with ${best?.values?.join(', ') ?? '-'}`);
  return ended.problems;
}

async function races(databaseUrl: string): Promise<readonly string[]> {
  const python = findToolchain().samplerPython;
  const sampler = createOptunaSampler({ python, databaseUrl, log: { warn: (_, message) => say(message) } });
  say(
    `\nASHA against ${raceTrials} random trials on the surface of test/training/sweep/surface.ts, ${options.races} seeds`,
  );
  say('seed  best    random steps  ASHA steps  share  ASHA trials (pruned)');
  const done: Race[] = [];
  for (let seed = options.seed; seed < options.seed + options.races; seed += 1) {
    const run = await race(sampler, seed);
    done.push(run);
    say(rowOf(run));
  }
  await sampler.close();
  const shares = done.map(shareOf).toSorted((a, b) => a - b);
  const median = shares[Math.floor(shares.length / 2)] ?? Number.NaN;
  const within = shares.filter((one) => one <= share).length;
  const worst = percent(shares.at(-1) ?? Number.NaN);
  say(`median share ${percent(median)}, which must be at most ${percent(share)}; worst ${worst}`);
  say(`${within} of ${shares.length} seeds within ${percent(share)}`);
  return median <= share ? [] : [`ASHA needed ${percent(median)} of the random search's steps in the median`];
}

function shareOf({ ashaSteps, randomSteps }: Race): number {
  return ashaSteps === null ? Number.POSITIVE_INFINITY : ashaSteps / randomSteps;
}

function rowOf(run: Race): string {
  const { seed, best, randomSteps, ashaSteps, ashaTrials, ashaPruned } = run;
  const cells = [
    String(seed).padStart(4),
    best.toFixed(4).padStart(6),
    String(randomSteps).padStart(12),
    String(ashaSteps ?? 'not').padStart(10),
    percent(shareOf(run)).padStart(5),
    `${ashaTrials} (${ashaPruned})`,
  ];
  return cells.join('  ');
}

function percent(value: number): string {
  return Number.isFinite(value) ? `${Math.round(100 * value)} %` : 'more';
}
