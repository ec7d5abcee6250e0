import { type Table, tableText } from '../markdown-table.js';
import type { Machine } from '../report.js';
import type { Summary } from '../samples.js';
import type { CheckpointCost } from './checkpoints.js';
import type { Overhead } from './overhead.js';
import type { Resumption } from './resumption.js';

/** What one run of the bench measured; also its JSON. */
export interface TrainingReport {
  readonly measuredAt: string;
  readonly machine: Machine;
  readonly rounds: number;
  readonly overhead: Overhead;
  readonly resumption: readonly Resumption[];
  readonly checkpoints: readonly CheckpointCost[];
  /** What could not be measured, and why. */
  readonly missing: readonly string[];
}

/** Most that Laurel may add to a script: seconds, and a share of the script's own time. */
export const overheadLimit = { seconds: 5, share: 0.02 } as const;

/** Does what Laurel adds stay within the limit (medians)? */
export function withinLimit({ alone, added }: Overhead): boolean {
  return added.median <= limitOf(alone.median);
}

function limitOf(aloneSeconds: number): number {
  return overheadLimit.seconds + overheadLimit.share * aloneSeconds;
}

/** The report as Markdown. */
export function reportMarkdown(report: TrainingReport): string {
  const { machine, overhead, resumption, checkpoints, missing } = report;
  const on = `On ${report.measuredAt.slice(0, 10)}, ${machine.platform}, ${machine.cores} cores (${machine.processor}), Node.js ${machine.node}; load average ${machine.load.toFixed(1)} at the start; ${report.rounds} rounds.`;
  const limit = `${limitOf(overhead.alone.median).toFixed(1)} s (5 s plus 2 % of the script's own time)`;
  return [
    on,
    '### What Laurel adds to a script',
    tableText(overheadTable(overhead)),
    `Median added to the script by the training job: ${overhead.added.median.toFixed(2)} s; limit ${limit}: ${withinLimit(overhead) ? 'kept' : 'missed'}.`,
    '### From a preemption to the next step',
    tableText(resumptionTable(resumption)),
    '### What checkpoints cost',
    tableText(checkpointTable(checkpoints)),
    ...(missing.length === 0 ? [] : [`Not measured: ${missing.join('; ')}.`]),
  ].join('\n\n');
}

function overheadTable({ alone, job, whole, added }: Overhead): Table {
  return [
    ['seconds', 'min', 'median', 'max'],
    ['the script alone', ...spread(alone)],
    ['the same as a job of Laurel (step `train`)', ...spread(job)],
    ['added by the job, round by round', ...spread(added)],
    ['the whole run, from the request to the registered version', ...spread(whole)],
  ];
}

const manners = { term: 'notice (SIGTERM), then SIGKILL', kill: 'SIGKILL without notice' } as const;

function resumptionTable(measured: readonly Resumption[]): Table {
  const rows = measured.flatMap(({ trainer, manner, started, resumed }) => [
    [`${trainer}, ${manners[manner]}: until the trainer starts again`, ...spread(started)],
    [`${trainer}, ${manners[manner]}: until its first step`, ...spread(resumed)],
  ]);
  return [['seconds', 'min', 'median', 'max'], ...rows];
}

function checkpointTable(measured: readonly CheckpointCost[]): Table {
  const rows = measured.map(({ trainer, every, bytes, milliseconds, share }) => [
    `${trainer}, every ${every} steps`,
    `${(bytes.median / 1_024).toFixed(0)} KiB`,
    ...spread(milliseconds),
    `${share.median.toFixed(1)} %`,
  ]);
  return [['trainer', 'median size', 'min, ms', 'median, ms', 'max, ms', 'share of the training'], ...rows];
}

function spread({ min, median, max }: Summary): readonly string[] {
  return [min, median, max].map((value) => value.toFixed(2));
}
