import { join } from 'node:path';
import { findToolchain } from '@laurel/dev';
import { createOptunaSampler } from '@laurel/optuna';
import { type Ground, openGround } from '../../chaos/ground.js';
import { inWorkshop, runProgram } from '../../support/program.js';
import { runKilledSweep } from './killed-sweep.js';
import { parseOptions, type SweepOptions } from './options.js';
import { runRaces } from './races.js';

const say = (line: string) => void process.stdout.write(`${line}\n`);

/** Kills the worker of a sweep again and again, and races ASHA against random search, on one whole stack. */
async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  const problems = await inWorkshop('sweeps', async (workshop) => {
    const home = join(workshop, 'home');
    await using ground = await openGround(home, {}, { servingProcesses: 1 });
    return [
      ...(options.trials > 0 ? await killedSweep(ground, home, options) : []),
      ...(options.races > 0 ? await races(ground, options) : []),
    ];
  });
  for (const problem of problems) say(`PROBLEM: ${problem}`);
  say(problems.length === 0 ? 'test:sweeps: all well' : `test:sweeps: ${problems.length} problems`);
  return problems.length === 0 ? 0 : 1;
}

async function killedSweep(ground: Ground, home: string, options: SweepOptions): Promise<readonly string[]> {
  const { trials, parallel, kills, seed } = options;
  say(`a sweep of ${trials} trials, ${parallel} at a time, with the worker killed ${kills} times`);
  const started = Date.now();
  const ended = await runKilledSweep(ground, home, { trials, parallel, kills, seed, say });
  const { status, counts, best, version } = ended.results;
  const seconds = Math.round((Date.now() - started) / 1_000);
  const place = `sweep ${status} as version ${version ?? '-'} in ${seconds} s`;
  say(`${place}: ${counts.complete} complete, ${ended.kills} kills`);
  say(`best: trial ${best?.number ?? '-'} with ${best?.values?.join(', ') ?? '-'}`);
  return ended.problems;
}

async function races({ stack }: Ground, { races: count, seed }: SweepOptions): Promise<readonly string[]> {
  const databaseUrl = stack.environment['LAUREL_DATABASE_URL'];
  if (databaseUrl === undefined) throw new Error('the stack does not say where its database is');
  const python = findToolchain().samplerPython;
  const sampler = createOptunaSampler({ python, databaseUrl, log: { warn: (_, message) => say(message) } });
  try {
    return await runRaces(sampler, { races: count, seed, say });
  } finally {
    await sampler.close();
  }
}

await runProgram('test:sweeps', main);
