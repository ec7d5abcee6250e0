import { cpus, loadavg } from 'node:os';
import type { RollbackTimes } from './rollback.js';
import type { Summary } from './samples.js';
import type { TrainToChampion } from './train-to-champion.js';
import type { WorkflowOverhead } from './workflow-overhead.js';

export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly node: string;
  readonly platform: string;
  /** Processes that wanted a core, on average over the minute before: what else the machine was doing. */
  readonly load: number;
}

/** What one run of the bench measured; also its JSON. */
export interface BenchReport {
  readonly measuredAt: string;
  readonly machine: Machine;
  readonly trainToChampion: TrainToChampion;
  readonly workflowOverhead: WorkflowOverhead;
  readonly rollback: RollbackTimes;
}

/** The machine this process runs on. */
export function thisMachine(): Machine {
  const processors = cpus();
  const processor = processors[0]?.model.trim() ?? 'unknown';
  return {
    cores: processors.length,
    processor,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    load: loadavg()[0] ?? 0,
  };
}

/** The report as text. */
export function reportText(report: BenchReport): string {
  const { machine, trainToChampion: train, workflowOverhead: overhead, rollback } = report;
  const on = `${machine.cores} cores (${machine.processor}), ${machine.platform}, Node.js ${machine.node}, load ${machine.load.toFixed(1)} before`;
  const reasons = Object.entries(rollback.reasons).map(([reason, times]) => `${reason} ×${times}`);
  return [
    `On ${on}; ${report.measuredAt}`,
    table('First champion of the demo data, from `laurel train`; seconds', [
      ['whole', train.whole],
      ['  until trainModel begins', train.asking],
      ...Object.entries(train.steps).map(([step, summary]) => [`  ${step}`, summary] as const),
      ['  from its end to the champion', train.crowning],
    ]),
    table(`A workflow of ${overhead.activitiesPerRun} no-op activities, ${overhead.runs} runs; milliseconds`, [
      ['per activity, on Temporal', overhead.perActivity],
      ['  until a worker has it', overhead.parts.waiting],
      ['  until its result is stored', overhead.parts.running],
      ['  until the workflow has gone on', overhead.parts.deciding],
      ['per function, called directly', overhead.direct],
      ['per run, on Temporal', overhead.perRun],
    ]),
    `An activity takes ${Math.round(overhead.ratio).toLocaleString('en')} times as long as the call (medians).`,
    table(`Rollback of a challenger that answers too late, ${rollback.rollouts} rollouts; seconds`, [
      [`from breach to its last answer (target: p99 ≤ ${rollback.targetP99})`, rollback.fromBreach],
      ['from its first harmful answer to its last', rollback.fromFirstHarm],
    ]),
    `Answers of the challenger after the breach: ${rollback.answersAfterBreach}; failed requests: ${rollback.failed}; breaches: ${reasons.join('; ')}.`,
  ].join('\n\n');
}

function table(title: string, rows: readonly (readonly [string, Summary])[]): string {
  const large = rows.every(([, { n }]) => n >= 10);
  const columns = large ? (['n', 'min', 'median', 'p99', 'max'] as const) : (['n', 'min', 'median', 'max'] as const);
  const width = Math.max(...rows.map(([name]) => name.length));
  const line = (name: string, cells: readonly string[]) =>
    `${name.padEnd(width)}${cells.map((cell) => cell.padStart(11)).join('')}`;
  return [
    title,
    line('', columns),
    ...rows.map(([name, summary]) =>
      line(
        name,
        columns.map((column) => number(summary[column])),
      ),
    ),
  ].join('\n');
}

function number(value: number): string {
  return Number.isInteger(value) || value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
