import { type Table, tableText } from '../markdown-table.js';
import type { Machine } from '../report.js';
import { aimsOf, type Pythons } from './aims.js';
import type { BenchOptions } from './options.js';
import type { Refusal } from './protocol.js';
import { type Figure, figureOf, ratioOf, type Sample, type Spread } from './samples.js';
import { type Scenario, scenarios } from './scenarios.js';

/** What one run of the bench measured; also its JSON. */
export interface ServingReport {
  readonly measuredAt: string;
  readonly machine: Machine;
  readonly pinning: string;
  readonly options: Pick<BenchOptions, 'rounds' | 'seconds' | 'warmUpSeconds' | 'seed'> & { readonly rate: number };
  readonly candidates: readonly {
    readonly name: string;
    readonly kind: string;
    readonly title: string;
    readonly versions: { readonly [name: string]: string };
  }[];
  readonly tools: { readonly [name: string]: string };
  readonly samples: readonly Sample[];
  readonly refusals: readonly Refusal[];
  /** Candidates and scenarios that could not take part, and why. */
  readonly missing: readonly string[];
}

/** The report as Markdown that is readable as it is. */
export function reportMarkdown(report: ServingReport): string {
  const { machine, options, samples } = report;
  const tools = Object.entries(report.tools).map(([name, version]) => `${name} ${version}`);
  const all = report.candidates.filter(({ kind }) => kind === 'python').map(({ name }) => name);
  const pythons: Pythons = { all, unbatched: all.filter((name) => name !== 'mosec') };
  const measured = scenarios.filter(({ name }) => samples.some(({ scenario }) => scenario === name));
  return [
    `On ${report.measuredAt.slice(0, 16).replace('T', ' ')} UTC: ${machine.cores} cores (${machine.processor}), ${machine.platform}; load average ${machine.load.toFixed(1)} at the start. ${sentence(report.pinning)} ${options.rounds} rounds of ${options.seconds} s each after ${options.warmUpSeconds} s to warm up; order drawn with seed ${options.seed}. ${tools.join(', ')}.`,
    ...(report.missing.length === 0 ? [] : [list('Not measured:', report.missing)]),
    ...(report.refusals.length === 0
      ? []
      : [
          list(
            'Not measured because an answer did not come, or was not what onnxruntime says:',
            report.refusals.map(({ candidate, scenario, reason }) => `${candidate}, ${scenario}: ${reason}`),
          ),
        ]),
    '### Candidates',
    tableText(candidateTable(report)),
    '### Aims',
    tableText(aimTable(samples, pythons)),
    ...measured.flatMap((scenario) => [
      `### ${titleOf(scenario, options.rate)}`,
      tableText(scenarioTable(scenario, report)),
    ]),
  ].join('\n\n');
}

function titleOf({ title, load }: Scenario, rate: number): string {
  return load.kind === 'open' ? `${title}: ${Math.round(rate)} requests/s` : title;
}

function candidateTable({ candidates }: ServingReport): Table {
  const rows = candidates.map(({ name, title, versions }) => [
    name,
    title,
    Object.entries(versions)
      .map(([part, version]) => `${part} ${version}`)
      .join(', '),
  ]);
  return [['name', 'what', 'versions'], ...rows];
}

function aimTable(samples: readonly Sample[], pythons: Pythons): Table {
  const answer = { true: 'yes', false: 'no', null: '' } as const;
  const rows = aimsOf(samples, pythons).map(({ what, goal, measured, reached }) => [
    what,
    goal,
    spreadText(measured, ratioText),
    answer[`${reached}`],
  ]);
  return [['Laurel', 'aim', 'measured', 'reached'], ...rows];
}

function scenarioTable({ name: scenario, rows, load }: Scenario, { samples }: ServingReport): Table {
  const names = [
    ...new Set(samples.filter((sample) => sample.scenario === scenario).map(({ candidate }) => candidate)),
  ];
  const about: Figure = load.kind === 'open' || load.connections === 1 ? 'p50' : 'perSecond';
  const better = about === 'p50' ? 1 : -1;
  const sortedNames = names
    .map((candidate) => ({ candidate, median: figureOf(samples, { scenario, candidate }, about)?.median ?? 0 }))
    .sort((a, b) => better * (a.median - b.median));
  const ratio = (candidate: string, to: string) =>
    candidate === to ? '' : spreadText(ratioOf(samples, { scenario, candidate, to }, about), ratioText);
  const references = ['empty', 'bare', 'in-process'].filter((to) => names.includes(to));
  const failed = (candidate: string) =>
    samples
      .filter((sample) => sample.scenario === scenario && sample.candidate === candidate)
      .reduce((sum, sample) => sum + sample.failed, 0);
  const body = sortedNames.map(({ candidate }) => [
    candidate,
    spreadText(figureOf(samples, { scenario, candidate }, 'perSecond'), (value) => countText(value * rows)),
    ...references.map((to) => ratio(candidate, to)),
    spreadText(figureOf(samples, { scenario, candidate }, 'p50'), millisecondsText),
    spreadText(figureOf(samples, { scenario, candidate }, 'p99'), millisecondsText),
    String(failed(candidate)),
  ]);
  const compared = about === 'p50' ? 'p50' : 'rate';
  const heads = references.map((to) => `${compared} / ${to}`);
  return [['candidate', rows === 1 ? 'requests/s' : 'rows/s', ...heads, 'p50, ms', 'p99, ms', 'failed'], ...body];
}

/** `median (min to max)`; one value alone when there was one round. */
function spreadText(spread: Spread | null, text: (value: number) => string): string {
  if (spread === null) return '–';
  const { median, min, max } = spread;
  return min === max ? text(median) : `${text(median)} (${text(min)} to ${text(max)})`;
}

const countText = (value: number) => Math.round(value).toLocaleString('en');
const ratioText = (value: number) => (value < 0.1 ? value.toPrecision(1) : value.toFixed(2));
const millisecondsText = (value: number) => value.toFixed(value < 10 ? 2 : 1);
const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
const list = (head: string, items: readonly string[]) => [head, '', ...items.map((item) => `- ${item}`)].join('\n');
