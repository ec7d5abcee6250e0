import type { Histogram } from '../../bench/serving/histogram.js';
import type { PostgresServer } from './postgres.js';

/** What every story is played on. */
export interface Scene {
  readonly postgres: PostgresServer;
  /** A folder of the story's own. */
  readonly folder: string;
  readonly scale: number;
  readonly rate: number;
  readonly say: (line: string) => void;
}

/** One thing that may happen to serving, and what must hold while it does. */
export interface Story {
  readonly letter: string;
  readonly title: string;
  play(scene: Scene): Promise<Verdict>;
}

/** `invalid`: the run was not what was planned, so that it proves nothing; it is no pass. */
export interface Verdict {
  readonly invalid: readonly string[];
  readonly problems: readonly string[];
}

/** Collects what does not hold, so that one run tells all of it. */
export class Findings implements Verdict {
  readonly invalid: string[] = [];
  readonly problems: string[] = [];

  /** `what` completes "it does not hold that …". */
  must(holds: boolean, what: string): void {
    if (!holds) this.problems.push(what);
  }

  /** Without it, the run proves nothing. */
  needs(holds: boolean, what: string): void {
    if (!holds) this.invalid.push(what);
  }
}

/** A generator that is later than this measures the machine, not the server; milliseconds at the 99th percentile. */
const mostLag = 5;

/** Did the generator keep its own time? */
export function isPunctual(lag: Histogram): boolean {
  return !(lag.at(0.99) > mostLag);
}

/** Latencies that were taken by a generator which could not keep its own time prove nothing. */
export function needsPunctual(findings: Findings, lag: Histogram): void {
  const late = lag.at(0.99);
  findings.needs(
    isPunctual(lag),
    `the generator itself was ${shown(late)} ms late at p99, more than ${mostLag}: other work kept it from the processor`,
  );
}

/** A number for people: three digits that mean something. */
export function shown(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** How often each came, as text. */
export function shownCounts(counts: { readonly [name: string]: number }): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} × ${name}`)
    .join(', ');
}

/** The middle value; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2;
}
