import { tableText } from '../markdown-table.js';
import type { Measured } from './load.js';
import type { Scenario } from './scenarios.js';

export interface Comparison {
  readonly scenario: Pick<Scenario, 'name' | 'aim'>;
  readonly clients: number;
  readonly laurel: Measured;
  readonly mlflow: Measured;
}

export interface TrackingReport {
  readonly measuredAt: string;
  readonly machine: string;
  readonly versions: string;
  readonly seconds: number;
  readonly comparisons: readonly Comparison[];
  readonly raw: readonly { readonly clients: number; readonly measured: Measured }[];
  readonly left: readonly string[];
}

const rate = ({ perSecond }: Measured) => perSecond.toFixed(perSecond < 10 ? 1 : 0);
const times = ({ p50, p99 }: Measured) => `${p50.toFixed(2)} / ${p99.toFixed(2)}`;
const ratioOf = ({ laurel, mlflow }: Comparison) => laurel.perSecond / mlflow.perSecond;

/** The tables of a run. */
export function reportMarkdown({ machine, versions, seconds, comparisons, raw, left }: TrackingReport): string {
  const rows = comparisons.map((comparison) => {
    const { scenario, clients, laurel, mlflow } = comparison;
    const aim = clients === 1 ? `${scenario.aim} ×` : `p99 ≤ ${mlflow.p50.toFixed(2)}`;
    return [
      scenario.name,
      String(clients),
      rate(laurel),
      rate(mlflow),
      `${ratioOf(comparison).toFixed(1)} ×`,
      times(laurel),
      times(mlflow),
      `${aim} ${met(comparison) ? 'met' : 'missed'}`,
    ];
  });
  const head = ['', 'clients', 'Laurel /s', 'MLflow /s', 'ratio', 'Laurel p50 / p99 ms', 'MLflow p50 / p99 ms', 'aim'];
  const shares = raw.map(({ clients, measured }) => {
    const logging = comparisons.find((one) => one.scenario.name === 'log one metric' && one.clients === clients);
    const share =
      logging === undefined ? '' : `${((100 * logging.laurel.perSecond) / measured.perSecond).toFixed(0)} %`;
    return [String(clients), rate(measured), times(measured), share];
  });
  return [
    `${machine}; ${versions}; ${seconds} s each.`,
    tableText([head, ...rows]),
    'One row per transaction straight into the same Postgres, and the share of that rate which logging one metric reaches:',
    tableText([['clients', 'inserts /s', 'p50 / p99 ms', 'share'], ...shares]),
    ...left.map((line) => `Not measured: ${line}.`),
  ].join('\n\n');
}

/** With one client the ratio counts; with more, that Laurel's slowest are not slower than the real server's usual. */
export function met(comparison: Comparison): boolean {
  const { scenario, clients, laurel, mlflow } = comparison;
  return clients === 1 ? ratioOf(comparison) >= scenario.aim : laurel.p99 <= mlflow.p50;
}
