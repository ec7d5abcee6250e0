import { nearest } from '../text/nearest.js';
import type { AnomalyInput } from './anomaly-input.js';
import type { Anomaly, ColumnStatistics } from './table.js';

/** A class with fewer rows than this cannot stand in train, validation and holdout. */
const leastRowsPerClass = 3;

/** A class with fewer rows than this is measured too coarsely to trust. */
const fewRowsPerClass = 10;

type TargetInput = Pick<AnomalyInput, 'schema' | 'statistics' | 'target' | 'task' | 'positive'>;

/** What is wrong with the column that is to be predicted. */
export function targetAnomalies(input: TargetInput): Anomaly[] {
  const { schema, statistics, target, task } = input;
  const column = schema.columns.find(({ name }) => name === target);
  const counts = statistics.columns.find(({ name }) => name === target);
  if (column === undefined || counts === undefined) {
    const names = schema.columns.map(({ name }) => name);
    const near = nearest(target, names);
    const hint = near === null ? '' : ` (did you mean "${near}"?)`;
    return [
      error('missingTarget', target, `the data has no target column "${target}"${hint}; it has ${names.join(', ')}`),
    ];
  }
  if (counts.missing >= statistics.rows)
    return [error('missingTarget', target, `target "${target}" has no value in any row`)];
  const found = unlabelled(counts);
  if (task !== 'regression') return [...found, ...classAnomalies(input, counts)];
  if (column.kind !== 'numeric') {
    found.push(error('typeChanged', target, `target "${target}" holds text, but a regression predicts a number`));
  } else if (counts.distinct <= 1) {
    found.push(
      error('oneClass', target, `target "${target}" has the same value in every row; there is nothing to learn`),
    );
  }
  return found;
}

function unlabelled({ name, missing }: ColumnStatistics): Anomaly[] {
  if (missing === 0) return [];
  const rows = missing === 1 ? '1 row has' : `${missing} rows have`;
  return [
    {
      code: 'missingTarget',
      column: name,
      severity: 'warning',
      message: `${rows} no target "${name}" and are left out`,
    },
  ];
}

function classAnomalies({ task, positive }: TargetInput, counts: ColumnStatistics): Anomaly[] {
  const { name, distinct, top } = counts;
  if (distinct <= 1) {
    const only = top[0]?.value ?? '';
    return [error('oneClass', name, `target "${name}" has only the class "${only}"; there is nothing to tell apart`)];
  }
  if (task === 'binary' && distinct > 2) {
    const seen = top
      .slice(0, 5)
      .map(({ value }) => `"${value}"`)
      .join(', ');
    return [
      error(
        'tooManyClasses',
        name,
        `target "${name}" has ${distinct} classes (${seen}…), but a binary task has 2; use task: multiclass`,
      ),
    ];
  }
  if (task === 'binary' && typeof positive === 'string' && !top.some(({ value }) => value === positive)) {
    const seen = top.map(({ value }) => `"${value}"`).join(' and ');
    return [
      error('missingTarget', name, `target "${name}" never has the positive class "${positive}"; it has ${seen}`),
    ];
  }
  return top.filter(({ count }) => count < fewRowsPerClass).map(({ value, count }) => rare(name, value, count));
}

function rare(column: string, value: string, count: number): Anomaly {
  const rows = count === 1 ? '1 row' : `${count} rows`;
  if (count < leastRowsPerClass) {
    const message = `class "${value}" of target "${column}" has ${rows}; it needs ${leastRowsPerClass} to be in train, validation and holdout`;
    return error('rareClass', column, message);
  }
  const message = `class "${value}" of target "${column}" has only ${rows}; what is measured for it will be coarse`;
  return { code: 'rareClass', column, severity: 'warning', message };
}

function error(code: Anomaly['code'], column: string, message: string): Anomaly {
  return { code, column, severity: 'error', message };
}
