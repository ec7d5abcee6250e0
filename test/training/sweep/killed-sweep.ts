import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SweepAccepted, SweepResultsView, TrialView } from '@laurel/contracts/schemas';
import { randomFrom } from '@laurel/domain';
import type { Ground } from '../../chaos/ground.js';
import { readLives, writeSweepProject } from './sweep-project.js';

export interface KilledSweepOptions {
  readonly trials: number;
  readonly parallel: number;
  readonly kills: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

/** How a sweep ended whose worker was killed. */
export interface KilledSweep {
  readonly results: SweepResultsView;
  readonly kills: number;
  /** What went wrong, in sentences; empty when nothing did. */
  readonly problems: readonly string[];
}

/** Runs a sweep on a whole stack and kills its worker at random moments, evenly over its trials. */
export async function runKilledSweep(
  ground: Ground,
  home: string,
  { trials, parallel, kills, seed, say }: KilledSweepOptions,
): Promise<KilledSweep> {
  const { folder, text } = await writeSweepProject(join(home, 'project'), { trials, parallel });
  await ground.post('projects', { text, folder });
  const { runId } = await ground.post<SweepAccepted>('projects/sweeps/sweeps', { rollOut: false });
  const random = randomFrom(seed);
  for (let kill = 1; kill <= kills; kill += 1) {
    const due = Math.floor((trials * kill) / (kills + 1));
    await ground.until<SweepResultsView>(`sweeps/${runId}`, (now) => endedOf(now) >= due || now.endedAt !== null);
    await sleep(random.nextInt(1_500));
    const results = await ground.get<SweepResultsView>(`sweeps/${runId}`);
    if (results.endedAt !== null) break;
    await killWorker(ground);
    say(`kill ${kill}: worker killed with ${endedOf(results)} trials ended, ${results.counts.running} running`);
  }
  const results = await ground.until<SweepResultsView>(`sweeps/${runId}`, ({ endedAt }) => endedAt !== null);
  const { items } = await ground.get<{ readonly items: readonly TrialView[] }>(`sweeps/${runId}/trials`);
  const restarts = (await worker(ground)).restarts;
  const lives = await readLives(folder);
  const problems = [
    ...endProblems(results, trials),
    ...items.flatMap((trial) => lifeProblems(trial, lives)),
    ...(restarts === kills ? [] : [`the worker was started again ${restarts} times, not ${kills}`]),
    ...(new Set(lives.map(({ run }) => run)).size === trials ? [] : ['there are trainers that belong to no trial']),
  ];
  return { results, kills: restarts, problems };
}

function endedOf({ counts }: SweepResultsView): number {
  return counts.complete + counts.pruned + counts.failed + counts.cancelled;
}

async function worker({ stack }: Ground) {
  const found = (await stack.status()).processes.find(({ name }) => name === 'worker');
  if (found === undefined) throw new Error('the stack has no worker');
  return found;
}

async function killWorker(ground: Ground): Promise<void> {
  const { pid, restarts } = await worker(ground);
  if (pid === null) throw new Error('the worker does not run');
  process.kill(pid, 'SIGKILL');
  for (let look = 0; look < 600; look += 1) {
    const now = await worker(ground);
    if (now.restarts > restarts && now.state === 'healthy') return;
    await sleep(100);
  }
  throw new Error('the worker did not come back within a minute');
}

function endProblems({ status, message, counts }: SweepResultsView, trials: number): readonly string[] {
  const problems: string[] = [];
  if (status !== 'registered') problems.push(`the sweep ended as ${status}: ${message ?? 'no reason'}`);
  if (counts.complete !== trials) problems.push(`${counts.complete} of ${trials} trials are complete`);
  return problems;
}

/** A trial's trainer started once, with the trial's parameters, and ended once. */
function lifeProblems(trial: TrialView, lives: Awaited<ReturnType<typeof readLives>>): readonly string[] {
  const own = lives.filter(({ run }) => run === trial.runId);
  const starts = own.filter(({ what }) => what === 'start');
  const ends = own.filter(({ what }) => what === 'end');
  const problems: string[] = [];
  if (starts.length !== 1 || ends.length !== 1) {
    problems.push(`trial ${trial.number} started ${starts.length} times and ended ${ends.length} times`);
  }
  const given = JSON.parse(starts[0]?.given ?? '{}') as TrialView['parameters'];
  const other = Object.entries(trial.parameters).filter(([name, value]) => given[name] !== value);
  if (other.length > 0) problems.push(`trial ${trial.number} trained with other parameters than it says`);
  return problems;
}
