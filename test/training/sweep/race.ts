import { randomBytes } from 'node:crypto';
import type { Study, TrainerParameters } from '@laurel/domain';
import type { Sampler } from '@laurel/ports';
import { surface } from './surface.js';

/** Trials of the random search, and trials at a time of both. */
export const trials = 40;
const parallel = 4;
/** ASHA: first rung and reduction; rungs at 4, 16 and 64 steps. */
const minSteps = 4;
const reduction = 4;

export interface Race {
  readonly seed: number;
  /** Best final value of the random search, over whole trials. */
  readonly best: number;
  readonly randomSteps: number;
  /** Steps ASHA had taken when a whole trial reached that value; `null` when it had not within the same budget. */
  readonly ashaSteps: number | null;
  readonly ashaTrials: number;
  readonly ashaPruned: number;
}

/** Random search, then ASHA until it is as good, on the same surface with the same seed, through the real sampler. */
export async function race(sampler: Sampler, seed: number): Promise<Race> {
  const random = await search(sampler, studyOf('random', seed), { atMost: trials, until: Number.POSITIVE_INFINITY });
  const asha = await search(sampler, studyOf('asha', seed), {
    atMost: 10 * trials,
    until: random.best,
    budget: random.steps,
  });
  return {
    seed,
    best: random.best,
    randomSteps: random.steps,
    ashaSteps: asha.best >= random.best ? asha.steps : null,
    ashaTrials: asha.trials,
    ashaPruned: asha.pruned,
  };
}

function studyOf(algorithm: 'random' | 'asha', seed: number): Study {
  return {
    name: randomBytes(16).toString('hex'),
    algorithm,
    seed,
    trials,
    parallel,
    dimensions: surface.dimensions,
    goals: ['maximize'],
    pruner: algorithm === 'asha' ? { kind: 'asha', minSteps, reduction } : null,
  };
}

interface Lane {
  readonly number: number;
  readonly parameters: TrainerParameters;
  step: number;
}

interface Found {
  readonly best: number;
  readonly steps: number;
  readonly trials: number;
  readonly pruned: number;
}

/** Lanes take turns, `minSteps` steps each, so that trials run side by side as they do in a sweep. */
async function search(
  sampler: Sampler,
  study: Study,
  stop: { readonly atMost: number; readonly until: number; readonly budget?: number },
): Promise<Found> {
  const { atMost, until, budget = Number.POSITIVE_INFINITY } = stop;
  const found = { best: Number.NEGATIVE_INFINITY, steps: 0, trials: 0, pruned: 0 };
  const lanes: (Lane | null)[] = Array.from({ length: study.parallel }, () => null);
  const isOpen = () => found.best < until && found.steps < budget;
  while (isOpen() && (found.trials < atMost || lanes.some((lane) => lane !== null))) {
    for (const [index, running] of lanes.entries()) {
      const lane = running ?? (found.trials < atMost ? await begin(sampler, study, found) : null);
      lanes[index] = lane;
      if (lane === null || !isOpen()) continue;
      if (await advance(sampler, study, { lane, found })) lanes[index] = null;
    }
  }
  return found;
}

async function begin(sampler: Sampler, study: Study, found: { trials: number }): Promise<Lane> {
  const number = found.trials;
  found.trials += 1;
  const parameters = await sampler.ask(study, number);
  if (parameters === null) throw new Error(`no parameters for trial ${number}`);
  return { number, parameters, step: 0 };
}

/** True when the trial has ended. */
async function advance(
  sampler: Sampler,
  study: Study,
  { lane, found }: { readonly lane: Lane; readonly found: { best: number; steps: number; pruned: number } },
): Promise<boolean> {
  lane.step += minSteps;
  found.steps += minSteps;
  const { number, step } = lane;
  const value = surface.reading(lane.parameters, step);
  if (study.pruner !== null && (await sampler.report(study, { number, step, value })) && step < surface.steps) {
    found.pruned += 1;
    await sampler.tell(study, { number, result: { kind: 'pruned', reason: 'behind' } });
    return true;
  }
  if (step < surface.steps) return false;
  found.best = Math.max(found.best, value);
  await sampler.tell(study, {
    number,
    result: { kind: 'complete', values: [value], package: `sha256:${'0'.repeat(64)}` },
  });
  return true;
}
