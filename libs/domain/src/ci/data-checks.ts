import { findAnomalies } from '../data/anomalies.js';
import type { AnomalyInput } from '../data/anomaly-input.js';
import type { Anomaly } from '../data/table.js';
import type { ValidationRule } from '../project/project-spec.js';
import { type CheckResult, checked } from './check.js';
import type { DataTests } from './model-tests.js';

/** What a table is judged by before anything is trained on it. */
export interface DataCheckInput extends AnomalyInput {
  readonly columns: DataTests['columns'];
}

/** The declared columns, the target, and each rule of the project file. */
export function dataChecks(input: DataCheckInput): readonly CheckResult[] {
  const own = errorsOf(input, []);
  return [
    ...columnChecks(input),
    anomalyCheck('target and rows', 'rows from which the target can be learned', own),
    ...input.rules.map((rule) => {
      const found = errorsOf(input, [rule]).filter(({ message }) => own.every((known) => known.message !== message));
      return anomalyCheck(`rule ${ruleText(rule)}`, 'the data to keep it', found);
    }),
  ];
}

function errorsOf(input: DataCheckInput, rules: readonly ValidationRule[]): readonly Anomaly[] {
  return findAnomalies({ ...input, rules }).filter(({ severity }) => severity === 'error');
}

function anomalyCheck(name: string, expected: string, found: readonly Anomaly[]): CheckResult {
  const messages = found.map(({ message }) => message).join('; ');
  return checked({ suite: 'data', name }, found.length === 0 ? null : { expected, found: `that ${messages}` });
}

/** A rule in the words of the project file. */
function ruleText(rule: ValidationRule): string {
  const words = ({ min, max }: { readonly min?: number; readonly max?: number }) =>
    [min === undefined ? '' : `at least ${min}`, max === undefined ? '' : `at most ${max}`]
      .filter((word) => word !== '')
      .join(' and ');
  if ('rows' in rule) return `rows ${words(rule.rows)}`;
  const missing = rule.missing === undefined ? '' : `missing at most ${rule.missing.max * 100} %`;
  return [rule.column, [words(rule), missing].filter((word) => word !== '').join(', ')].join(' ').trim();
}

function columnChecks({ schema, columns }: DataCheckInput): readonly CheckResult[] {
  return Object.entries(columns).map(([name, kind]) => {
    const found = schema.columns.find((column) => column.name === name)?.kind;
    const breach = { expected: `a ${kind} column`, found: found === undefined ? 'no such column' : `a ${found} one` };
    return checked({ suite: 'data', name: `column ${name}` }, found === kind ? null : breach);
  });
}
