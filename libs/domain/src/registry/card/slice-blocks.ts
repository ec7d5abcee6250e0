import type { EvaluationReport, SliceResult } from '../../evaluation/evaluation.js';
import { type CardBlock, missing, table } from './card.js';
import type { CardFacts } from './card-facts.js';
import { numberText } from './card-text.js';
import { specOf } from './details-sections.js';

/** Most metrics that a table of slices shows beside the one the project is judged by. */
const besides = 3;

/** Results within each value of each sliced column, as a table and a plot a column. */
export function sliceBlocks({ slices, summary }: EvaluationReport, facts: CardFacts): readonly CardBlock[] {
  if (slices.length === 0)
    return [missing('Nothing was broken down: name columns in spec.evaluation.slices of the project file.')];
  const measured = [...new Set(slices.flatMap(({ metrics }) => Object.keys(metrics)))];
  const primary = specOf(facts)?.evaluation.primary.metric;
  const first = measured.find((metric) => metric === primary) ?? measured[0];
  const shown = measured.filter((metric) => metric !== first).slice(0, besides);
  return [...new Set(slices.map(({ column }) => column))].flatMap((column): readonly CardBlock[] => {
    const own = slices.filter((slice) => slice.column === column);
    const metrics = first === undefined ? [] : [first, ...shown];
    const rows = own.map(({ value, rows: size, metrics: values }) => [
      value,
      String(size),
      ...metrics.map((metric) => textOf(values[metric])),
    ]);
    return [
      ...table({ caption: `By ${column}`, head: [column, 'rows', ...metrics], rows }),
      ...(first === undefined ? [] : plotOf(own, { column, metric: first, overall: summary[first]?.value ?? null })),
    ];
  });
}

function textOf(value: number | undefined): string {
  return value === undefined ? 'not measurable' : numberText(value);
}

function plotOf(
  slices: readonly SliceResult[],
  { column, metric, overall }: { readonly column: string; readonly metric: string; readonly overall: number | null },
): readonly CardBlock[] {
  const items = slices.flatMap(({ value, metrics }) => {
    const measured = metrics[metric];
    return measured === undefined ? [] : [{ name: value, value: measured }];
  });
  if (items.length === 0) return [];
  return [{ kind: 'plot', caption: `${metric} by ${column}`, plot: { of: 'bars', metric, items, overall } }];
}
