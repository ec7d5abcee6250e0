import type { Sampler } from '@laurel/ports';
import { type Race, race, trials } from './race.js';

/** Share of the random search's steps that ASHA may need. */
const mostShare = 0.4;

/** Races ASHA against random search, a seed each, and says how it went; gives what is wrong, in sentences. */
export async function runRaces(
  sampler: Sampler,
  { races, seed, say }: { readonly races: number; readonly seed: number; readonly say: (line: string) => void },
): Promise<readonly string[]> {
  say(`\nASHA against ${trials} random trials on the surface of test/training/sweep/surface.ts, ${races} seeds`);
  say('seed  best    random steps  ASHA steps  share  ASHA trials (pruned)');
  const done: Race[] = [];
  for (let turn = 0; turn < races; turn += 1) {
    const run = await race(sampler, seed + turn);
    done.push(run);
    say(rowOf(run));
  }
  const shares = done.map(shareOf).toSorted((a, b) => a - b);
  const median = shares[Math.floor(shares.length / 2)] ?? Number.NaN;
  const within = shares.filter((one) => one <= mostShare).length;
  const worst = percent(shares.at(-1) ?? Number.NaN);
  say(`median share ${percent(median)}, which must be at most ${percent(mostShare)}; worst ${worst}`);
  say(`${within} of ${shares.length} seeds within ${percent(mostShare)}`);
  return median <= mostShare ? [] : [`ASHA needed ${percent(median)} of the random search's steps in the median`];
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
