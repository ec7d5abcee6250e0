import type { ValidationRule } from '../project/project-spec.js';
import { nearest } from '../text/nearest.js';
import type { AnomalyInput } from './anomaly-input.js';
import type { Anomaly } from './table.js';

type ColumnRule = Extract<ValidationRule, { readonly column: string }>;
type RowRule = Extract<ValidationRule, { readonly rows: unknown }>;
type RuleInput = Pick<AnomalyInput, 'schema' | 'statistics' | 'rules'>;

/** Every breach of the project's own rules: all are errors. */
export function ruleAnomalies(input: RuleInput): Anomaly[] {
  return input.rules.flatMap((rule) =>
    'rows' in rule ? rowAnomalies(rule, input.statistics.rows) : columnAnomalies(rule, input),
  );
}

function rowAnomalies({ rows: { min, max } }: RowRule, rows: number): Anomaly[] {
  const found: Anomaly[] = [];
  if (min !== undefined && rows < min)
    found.push(error('tooFewRows', null, `the data has ${rows} rows, the rule wants at least ${min}`));
  if (max !== undefined && rows > max)
    found.push(error('tooManyRows', null, `the data has ${rows} rows, the rule wants at most ${max}`));
  return found;
}

function columnAnomalies(rule: ColumnRule, { schema, statistics }: RuleInput): Anomaly[] {
  const { column } = rule;
  const counts = statistics.columns.find(({ name }) => name === column);
  if (counts === undefined) {
    const near = nearest(
      column,
      schema.columns.map(({ name }) => name),
    );
    const hint = near === null ? '' : `; did you mean "${near}"?`;
    return [error('missingColumn', column, `a rule names column "${column}", which the data does not have${hint}`)];
  }
  const found = missingAnomalies(rule, counts.missing / statistics.rows);
  if (rule.min === undefined && rule.max === undefined) return found;
  if (schema.columns.find(({ name }) => name === column)?.kind !== 'numeric') {
    return [
      ...found,
      error('typeChanged', column, `a rule bounds column "${column}", which holds text and not numbers`),
    ];
  }
  if (counts.numeric === undefined) return found;
  const { min, max } = counts.numeric;
  if (rule.min !== undefined && min < rule.min) {
    found.push(
      error('belowMinimum', column, `column "${column}" goes down to ${min}, the rule allows at least ${rule.min}`),
    );
  }
  if (rule.max !== undefined && max > rule.max) {
    found.push(
      error('aboveMaximum', column, `column "${column}" goes up to ${max}, the rule allows at most ${rule.max}`),
    );
  }
  return found;
}

function missingAnomalies({ column, missing }: ColumnRule, share: number): Anomaly[] {
  if (missing === undefined || share <= missing.max) return [];
  const message = `column "${column}" is missing in ${percent(share)} of the rows, the rule allows ${percent(missing.max)}`;
  return [error('tooManyMissing', column, message)];
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}

function error(code: Anomaly['code'], column: string | null, message: string): Anomaly {
  return { code, column, severity: 'error', message };
}
