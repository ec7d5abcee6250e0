import type { MetricForecast, PlanForecast, StepForecast } from '@laurel/domain';
import { needsOf } from '@laurel/domain';
import type { Printer } from '../output/printer.js';
import { renderTable } from '../output/table.js';
import { dash, numberText, spanText } from '../output/text.js';
import type { SimulationReport } from '../simulate/simulate.js';
import { riskSentences, scenarioTable } from './simulation.js';

/** What is told of a plan before anything moves. */
export interface RolloutPlanReport extends SimulationReport {
  readonly forecast: PlanForecast;
}

/** The plan as a person reads it: steps, what each analysis can tell, risks, and what this traffic cannot reach. */
export function rolloutPlanText(report: RolloutPlanReport, printer: Printer): string {
  const { project, traffic, scenarios, forecast, runs } = report;
  const { seconds, deadlineSeconds, exposed, problems, steps } = forecast;
  const summary =
    `${project} at ${numberText(traffic.requestsPerSecond)} requests a second: at most about ${spanText(1_000 * seconds)}, ` +
    `${numberText(exposed)} requests answered by the challenger; deadline ${spanText(1_000 * deadlineSeconds)}.`;
  const measured = steps.filter(({ metrics }) => metrics.length > 0);
  const parts = [
    summary,
    stepTable(steps),
    measured.length === 0 ? '' : metricTable(measured),
    `Simulated, ${runs} rollouts of each challenger:`,
    scenarioTable(scenarios, printer),
    ...riskSentences(scenarios),
    problems.map((problem) => printer.tint('yellow', problem)).join('\n'),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function stepTable(steps: readonly StepForecast[]): string {
  const rows = steps.map(({ step, text, weight, seconds }) => [
    String(step + 1),
    text,
    `${numberText(weight)} %`,
    seconds === null ? 'as long as a person takes' : spanText(1_000 * seconds),
  ]);
  return renderTable(['step', 'what', 'share', 'at most about'], rows);
}

function metricTable(steps: readonly StepForecast[]): string {
  const rows = steps.flatMap(({ step, metrics }) =>
    metrics.map((metric) => [
      String(step + 1),
      metric.name,
      metric.role,
      amount(metric, metric.margin),
      numberText(metric.minimumSample),
      metric.plannedSample === null ? dash : numberText(metric.plannedSample),
      amount(metric, metric.detectable),
      spanText(1_000 * metric.seconds),
    ]),
  );
  const head = ['step', 'metric', 'role', 'margin', 'from', 'ends with', 'shows', 'after'];
  return renderTable(head, rows);
}

function amount({ name }: MetricForecast, value: number | null): string {
  if (value === null) return dash;
  const text = String(Number(value.toPrecision(3)));
  return needsOf(name)?.unit === 'milliseconds' ? `${text} ms` : text;
}
