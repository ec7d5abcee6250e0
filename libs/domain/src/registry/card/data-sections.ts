import type { ColumnStatistics } from '../../data/table.js';
import { type CardBlock, type CardSection, fields, missing, note, table } from './card.js';
import type { CardFacts } from './card-facts.js';
import { numberText, shareText } from './card-text.js';
import { specOf, unknown } from './details-sections.js';

/** Most columns of a dataset that a card lists. */
const mostColumns = 60;

/** The rows held out of training. */
export function evaluationDataSection(facts: CardFacts): CardSection {
  const { report, circumstances, version } = facts;
  const parts = circumstances?.planned.parts;
  const { dataset } = version.lineage;
  return {
    id: 'evaluation-data',
    title: 'Evaluation Data',
    blocks: [
      note('Rows that were held out of training, measured through the very code that serves.'),
      fields([
        ['Dataset', `${dataset.name} version ${dataset.version}`],
        ['Rows', String(report?.rows ?? parts?.holdout.rows ?? unknown)],
        ['Digest', parts?.holdout.digest ?? unknown],
        ['Split', splitText(facts)],
      ]),
    ],
  };
}

function splitText(facts: CardFacts): string {
  const split = specOf(facts)?.data.split;
  if (split === undefined) return unknown;
  const kept = `${split.holdout} % holdout, ${split.validation} % validation`;
  return `${kept}${split.stratify ? ', stratified by the target' : ''}, seed ${split.seed}`;
}

export function trainingDataSection(facts: CardFacts): CardSection {
  const { dataset, circumstances, version } = facts;
  const named = version.lineage.dataset;
  const parts = circumstances?.planned.parts;
  const data = specOf(facts)?.data;
  return {
    id: 'training-data',
    title: 'Training Data',
    blocks: [
      fields([
        ['Dataset', `${named.name} version ${named.version}`],
        ['Digest', named.digest],
        ['Source', dataset?.source ?? unknown],
        ['Rows', dataset === null ? unknown : String(dataset.rows)],
        [
          'Trained on',
          parts === undefined ? unknown : `${parts.train.rows} rows; ${parts.validation.rows} for validation`,
        ],
        ['Target', data?.target.column ?? unknown],
        ['Left out', data === undefined ? unknown : data.exclude.join(', ') || 'no column'],
      ]),
      ...columnBlocks(facts),
    ],
  };
}

function columnBlocks({ dataset }: CardFacts): readonly CardBlock[] {
  if (dataset === null) return [missing('The dataset version is gone, so its columns cannot be described.')];
  const { rows, columns } = dataset.statistics;
  const described = dataset.schema.columns.map(({ name, storage }) => {
    const statistics = columns.find((column) => column.name === name);
    return [name, storage, ...(statistics === undefined ? ['', '', ''] : statisticTexts(statistics, rows))];
  });
  const head = ['column', 'type', 'missing', 'distinct', 'values'];
  return table({ caption: 'Columns', head, rows: described }, mostColumns);
}

function statisticTexts(
  { missing: absent, distinct, numeric, top }: ColumnStatistics,
  rows: number,
): readonly string[] {
  const share = rows === 0 ? '' : shareText(absent / rows);
  if (numeric === undefined)
    return [
      share,
      String(distinct),
      top
        .slice(0, 3)
        .map(({ value }) => value)
        .join(', '),
    ];
  const { min, max, mean, standardDeviation } = numeric;
  const spread = `mean ${numberText(mean)}, deviation ${numberText(standardDeviation)}`;
  return [share, String(distinct), `${numberText(min)} to ${numberText(max)}; ${spread}`];
}
