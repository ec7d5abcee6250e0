import type { Cell } from '../data/row.js';
import type { FairnessResult } from './evaluation.js';
import type { EvaluationInput } from './evaluation-rows.js';
import { groupsOf, rowsByGroup } from './groups.js';
import { type LabelledRows, labelRows } from './labelled-rows.js';

type Group = FairnessResult['groups'][number];

/**
 * How differently a binary model treats the groups of a sensitive column, by Fairlearn's definitions. Rates without
 * a row to compute them from are `null` and left out of the differences. Throws `RangeError` for other tasks.
 */
export function fairnessOf(
  input: EvaluationInput & { readonly column: string; readonly cells: readonly Cell[] },
): FairnessResult {
  if (input.task !== 'binary') throw new RangeError('fairness is measured for binary tasks only');
  const labelled = labelRows(input);
  const groups = rowsByGroup(groupsOf(input.cells)).map(([value, rows]) => groupOf(labelled, value, rows));
  return {
    column: input.column,
    demographicParityDifference: spread(groups.map(({ positiveRate }) => positiveRate)),
    equalizedOddsDifference: Math.max(
      spread(groups.map(({ truePositiveRate }) => truePositiveRate)),
      spread(groups.map(({ falsePositiveRate }) => falsePositiveRate)),
    ),
    groups,
  };
}

function groupOf({ truth, predicted, positive }: LabelledRows, value: string, rows: readonly number[]): Group {
  const actual = rows.filter((row) => truth[row] === positive);
  const others = rows.filter((row) => truth[row] !== positive);
  const share = (of: readonly number[]) => of.filter((row) => predicted[row] === positive).length / of.length;
  return {
    value,
    rows: rows.length,
    positiveRate: share(rows),
    truePositiveRate: actual.length === 0 ? null : share(actual),
    falsePositiveRate: others.length === 0 ? null : share(others),
  };
}

function spread(rates: readonly (number | null)[]): number {
  const present = rates.filter((rate) => rate !== null);
  return present.length === 0 ? 0 : Math.max(...present) - Math.min(...present);
}
