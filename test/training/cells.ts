import type { RandomStream } from '@laurel/domain';
import type { Field, Manner } from './field.js';
import { loseRank } from './lost-rank.js';
import { type Baseline, runInterrupted, type Strike } from './preempted-run.js';

/** One thing that was tried. */
export interface Trial {
  readonly what: string;
  readonly seconds: number;
  /** Steps done in vain at each interruption. */
  readonly lost: readonly number[];
  readonly violations: readonly string[];
  /** A measured time, for the table: until the next step, or until all ranks had gone. */
  readonly milliseconds: readonly number[];
}

/** A kind of trial, tried `count` times on a field. */
export interface Exercise {
  readonly name: 'preempted' | 'in a row' | 'rank lost';
  readonly title: string;
  /** What the table calls the trials' milliseconds. */
  readonly measures: string;
  readonly appliesTo: (field: Pick<Field, 'trainer'>) => boolean;
  readonly count: number;
  readonly try: (field: Field, baseline: Baseline, random: RandomStream) => Promise<Trial>;
}

/** So near the end an interruption may come too late. */
const lastSteps = 8;
const rowLength = 20;

/** Must-show 1: one interruption at a random step, with notice and without in turn. */
function preempted(count: number): Exercise {
  let turn = 0;
  return {
    name: 'preempted',
    title: 'preempted at a random step',
    measures: 'to the next step',
    appliesTo: () => true,
    count,
    try: async (field, baseline, random) => {
      turn += 1;
      const strike: Strike = { step: anyStep(baseline, random), manner: turn % 2 === 0 ? 'kill' : 'term' };
      return tried(`${words[strike.manner]} at step ${strike.step}`, await runInterrupted(field, baseline, [strike]));
    },
  };
}

/** Must-show 1: more interruptions in a row than a run has attempts. */
function inARow(): Exercise {
  return {
    name: 'in a row',
    title: `preempted ${rowLength} times in a row`,
    measures: 'to the next step',
    appliesTo: () => true,
    count: 1,
    try: async (field, baseline) => {
      const stride = (baseline.steps - lastSteps) / rowLength;
      const strikes = Array.from({ length: rowLength }, (_, index): Strike => {
        return { step: Math.ceil((index + 1) * stride), manner: index % 2 === 0 ? 'kill' : 'term' };
      });
      return tried(
        `${rowLength} strikes, one every ${stride.toFixed(1)} steps`,
        await runInterrupted(field, baseline, strikes),
      );
    },
  };
}

/** Must-show 5: one rank is killed. */
function rankLost(count: number): Exercise {
  return {
    name: 'rank lost',
    title: 'one rank killed',
    measures: 'until all ranks had gone',
    appliesTo: ({ trainer }) => trainer.workers > 1,
    count,
    try: async (field, baseline, random) => {
      const rank = Math.floor(random.next() * field.trainer.workers);
      const step = anyStep(baseline, random);
      const { seconds, violations, goneMilliseconds } = await loseRank(field, baseline, { rank, step });
      const milliseconds = goneMilliseconds === null ? [] : [goneMilliseconds];
      return { what: `rank ${rank} killed at step ${step}`, seconds, lost: [], violations, milliseconds };
    },
  };
}

const words: { readonly [Way in Manner]: string } = { term: 'notice, then SIGKILL', kill: 'SIGKILL' };

function tried(what: string, run: Awaited<ReturnType<typeof runInterrupted>>): Trial {
  return { what, seconds: run.seconds, lost: run.lost, violations: run.violations, milliseconds: run.resumed };
}

function anyStep({ steps }: Baseline, random: RandomStream): number {
  return 1 + Math.floor(random.next() * Math.max(1, steps - lastSteps));
}

/** Everything that is tried in a cell, so many times. */
export function exercises(counts: { readonly preemptions: number; readonly ranks: number }): readonly Exercise[] {
  return [preempted(counts.preemptions), inARow(), rankLost(counts.ranks)];
}
