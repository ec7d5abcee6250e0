import type { AnomalyInput } from './anomaly-input.js';
import { changeAnomalies } from './change-anomalies.js';
import { ruleAnomalies } from './rule-anomalies.js';
import type { Anomaly, ColumnStatistics } from './table.js';
import { targetAnomalies } from './target-anomalies.js';

/**
 * Everything in a table that its task, its rules or the previous good version do not allow, worst first. A table
 * without rows gets that one error: nothing else can be said of it, and no check passes on no data.
 */
export function findAnomalies(input: AnomalyInput): Anomaly[] {
  if (input.statistics.rows === 0) {
    return [{ code: 'empty', column: null, severity: 'error', message: 'the data has no rows; check its source' }];
  }
  const found = [
    ...targetAnomalies(input),
    ...ruleAnomalies(input),
    ...(input.previous === undefined ? [] : changeAnomalies({ ...input, previous: input.previous })),
    ...featureAnomalies(input),
  ];
  return [
    ...found.filter(({ severity }) => severity === 'error'),
    ...found.filter(({ severity }) => severity === 'warning'),
  ];
}

function featureAnomalies({ statistics, target, ignore = [] }: AnomalyInput): Anomaly[] {
  return statistics.columns
    .filter(({ name }) => name !== target && !ignore.includes(name))
    .flatMap((column) => featureAnomaly(column, statistics.rows));
}

function featureAnomaly({ name, missing, distinct }: ColumnStatistics, rows: number): Anomaly[] {
  if (missing >= rows) {
    return [
      {
        code: 'allMissing',
        column: name,
        severity: 'warning',
        message: `column "${name}" has no value in any row, so no model can use it`,
      },
    ];
  }
  if (distinct > 1 || missing > 0) return [];
  return [
    {
      code: 'constant',
      column: name,
      severity: 'warning',
      message: `column "${name}" has the same value in every row, so no model can use it`,
    },
  ];
}
