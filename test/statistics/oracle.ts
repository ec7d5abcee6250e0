import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import type { PythonEnvironment } from '../support/python-environments.js';
import type { Verdict } from './verdict.js';

/** Arguments as the oracle gets them. */
export type Arguments = readonly (number | boolean | string | readonly number[])[];

/** One of our functions and the same one elsewhere, over many arguments. */
export interface Call {
  readonly title: string;
  /** Function of `oracle.py`. */
  readonly oracle: string;
  /** Largest difference, relative to values above 1. */
  readonly tolerance: number;
  readonly cases: readonly { readonly args: Arguments; readonly ours: readonly number[] }[];
}

const program = resolve('test/statistics/python/oracle.py');

/** Asks Python for every case of every call at once, and compares. */
export async function compareWithOracle(
  environment: PythonEnvironment,
  calls: readonly Call[],
): Promise<readonly Verdict[]> {
  const questions = calls.map(({ oracle, cases }) => ({ oracle, cases: cases.map(({ args }) => args) }));
  const answers = await ask(environment.python, JSON.stringify(questions));
  return calls.map((call, index) => compare(call, answers[index] ?? []));
}

function compare({ title, cases, tolerance }: Call, answers: readonly (readonly number[])[]): Verdict {
  let largest = 0;
  for (const [index, { args, ours }] of cases.entries()) {
    const theirs = answers[index] ?? [];
    if (theirs.length !== ours.length) return { title, failure: `case ${index + 1} has ${theirs.length} answers` };
    for (const [place, value] of ours.entries()) {
      const other = theirs[place] ?? Number.NaN;
      const difference = Math.abs(value - other) / Math.max(1, Math.abs(other));
      if (!(difference <= tolerance)) {
        return { title, failure: `${JSON.stringify(args).slice(0, 200)} gives ${value}, theirs ${other}` };
      }
      largest = Math.max(largest, difference);
    }
  }
  return { title: `${title}: ${cases.length} cases, largest difference ${largest.toExponential(1)}`, failure: null };
}

function ask(python: string, questions: string): Promise<readonly (readonly (readonly number[])[])[]> {
  return new Promise((done, fail) => {
    const child = execFile(
      python,
      ['-B', '-W', 'ignore', program],
      { maxBuffer: 64 * 1024 * 1024, env: { ...process.env, OMP_NUM_THREADS: '1' } },
      (error, stdout, stderr) => {
        if (error === null) done(JSON.parse(stdout));
        else fail(new Error(`the oracle failed: ${stderr.trim().split('\n').slice(-3).join(' | ')}`));
      },
    );
    child.stdin?.end(questions);
  });
}
