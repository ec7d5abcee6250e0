import type { EvaluationReport, PairedComparison } from '../../evaluation/evaluation.js';
import { type CardBlock, type CardSection, fields, missing, note, table } from './card.js';
import type { CardFacts } from './card-facts.js';
import { estimateText, numberText, shareText, signedText } from './card-text.js';
import { specOf } from './details-sections.js';
import { sliceBlocks } from './slice-blocks.js';

/** Mitchell's "Quantitative Analyses": unitary and intersectional results. */
export function quantitativeSection(facts: CardFacts): CardSection {
  return {
    id: 'quantitative-analyses',
    title: 'Quantitative Analyses',
    blocks: [],
    sections: [
      { id: 'results', title: 'Results', blocks: resultBlocks(facts) },
      { id: 'slices', title: 'Results by Slice', blocks: onReport(facts, (report) => sliceBlocks(report, facts)) },
      { id: 'fairness', title: 'Fairness', blocks: onReport(facts, fairnessBlocks) },
      { id: 'calibration', title: 'Calibration', blocks: onReport(facts, calibrationBlocks) },
      { id: 'confusion', title: 'Confusion Matrix', blocks: onReport(facts, confusionBlocks) },
      { id: 'champion', title: 'Compared with the Champion', blocks: onReport(facts, championBlocks) },
    ],
  };
}

type Blocks = readonly CardBlock[];

function onReport(facts: CardFacts, blocks: (report: EvaluationReport, facts: CardFacts) => Blocks): Blocks {
  if (facts.report !== null) return blocks(facts.report, facts);
  return [missing('No evaluation report is kept with this version; train again to measure it.')];
}

function resultBlocks(facts: CardFacts): Blocks {
  const metrics = Object.entries(facts.version.metrics);
  if (metrics.length === 0) return [missing('Nothing was measured on the holdout.')];
  const primary = specOf(facts)?.evaluation.primary.metric;
  const rows = metrics.map(([name, { value, low, high }]) => [
    name === primary ? `${name} (judged by)` : name,
    numberText(value),
    `${numberText(low)} to ${numberText(high)}`,
  ]);
  const shares = metrics.filter(([, { low, high }]) => low >= 0 && high <= 1);
  const items = (shares.length > 0 ? shares : metrics).map(([name, estimate]) => ({ name, ...estimate }));
  return [
    ...table({ caption: 'Metrics on the holdout', head: ['metric', 'value', '95 % interval'], rows }),
    { kind: 'plot', caption: 'Metrics on the holdout with their 95 % intervals', plot: { of: 'intervals', items } },
  ];
}

function fairnessBlocks({ fairness }: EvaluationReport, { version }: CardFacts): Blocks {
  if (version.signature.task !== 'binary')
    return [note('Differences between groups are measured for binary tasks only.')];
  if (fairness.length === 0)
    return [missing('Nothing was measured between groups: name columns in spec.data.sensitive of the project file.')];
  return fairness.flatMap(({ column, groups, ...differences }): Blocks => {
    const rows = groups.map(({ value, rows: size, positiveRate, truePositiveRate, falsePositiveRate }) => [
      value,
      String(size),
      shareText(positiveRate),
      truePositiveRate === null ? 'none to measure' : shareText(truePositiveRate),
      falsePositiveRate === null ? 'none to measure' : shareText(falsePositiveRate),
    ]);
    return [
      fields([
        [`Demographic parity difference by ${column}`, numberText(differences.demographicParityDifference)],
        [`Equalized odds difference by ${column}`, numberText(differences.equalizedOddsDifference)],
      ]),
      ...table({
        caption: `Groups of ${column}`,
        head: ['group', 'rows', 'predicted positive', 'true positive rate', 'false positive rate'],
        rows,
      }),
      {
        kind: 'plot',
        caption: `Share predicted positive by ${column}`,
        plot: {
          of: 'bars',
          metric: 'predicted positive',
          items: groups.map(({ value, positiveRate }) => ({ name: value, value: positiveRate })),
          overall: null,
        },
      },
    ];
  });
}

function calibrationBlocks({ calibration }: EvaluationReport, { version }: CardFacts): Blocks {
  if (calibration.length === 0) return [note('The model gives no probabilities, so there is nothing to calibrate.')];
  const error = version.metrics['expectedCalibrationError'];
  const rows = calibration.map(({ low, high, count, meanPredicted, observedRate }) => [
    `${numberText(low)} to ${numberText(high)}`,
    String(count),
    shareText(meanPredicted),
    shareText(observedRate),
  ]);
  const points = calibration.map(({ meanPredicted, observedRate, count }) => ({
    predicted: meanPredicted,
    observed: observedRate,
    count,
  }));
  return [
    ...(error === undefined ? [] : [fields([['Expected calibration error', estimateText(error)]])]),
    ...table({
      caption: 'What was predicted and what came true',
      head: ['probability', 'rows', 'mean predicted', 'observed'],
      rows,
    }),
    {
      kind: 'plot',
      caption: 'Reliability: predicted probability against what came true',
      plot: { of: 'reliability', points },
    },
  ];
}

function confusionBlocks({ confusion }: EvaluationReport): Blocks {
  if (confusion === null) return [note('A regression has no classes to confuse.')];
  const rows = confusion.counts.map((counts, index) => [confusion.classes[index] ?? '', ...counts.map(String)]);
  return table({
    caption: 'Rows by their class and the class predicted',
    head: ['true class', ...confusion.classes.map((name) => `predicted ${name}`)],
    rows,
  });
}

function championBlocks({ comparison }: EvaluationReport): Blocks {
  if (comparison === null) return [note('There was no champion to compare with when this version was evaluated.')];
  const { champion, metric, rows, meanDifference, pairedT, mcnemar } = comparison;
  return [
    fields([
      ['Champion', champion],
      ['Compared by', `${metric} per row, ${rows} rows`],
      ['Mean difference', `${signedText(meanDifference)} (positive: this version is better)`],
      ...pairedFields(pairedT, mcnemar),
    ]),
  ];
}

function pairedFields(pairedT: PairedComparison['pairedT'], mcnemar: PairedComparison['mcnemar']) {
  const t = pairedT === null ? [] : [['Paired t-test', `p = ${numberText(pairedT.pValue)}`] as const];
  if (mcnemar === null) return t;
  const { championOnly, challengerOnly, pValue } = mcnemar;
  const right = `right only here ${challengerOnly}, only the champion ${championOnly}`;
  return [...t, ['McNemar', `${right}; p = ${numberText(pValue)}`] as const];
}
