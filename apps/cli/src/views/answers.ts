import type { PredictAnswer, Prediction } from '@laurel/client';
import type { GraphAnswer } from '../client/ask-serving.js';
import type { Nested } from '../client/tensors-of-rows.js';
import { renderTable } from '../output/table.js';
import { dash, numberText } from '../output/text.js';

/** More values are counted instead of shown. */
const shownValues = 8;

/** Predictions, one line each. */
export function predictionsTable(answers: readonly PredictAnswer[]): string {
  const rows = answers.flatMap((answer) => answer.predictions.map((prediction) => ({ answer, prediction })));
  const isRegression = rows.some(({ prediction }) => typeof prediction.value === 'number');
  const head = isRegression ? ['row', 'value'] : ['row', 'label', 'probabilities'];
  return renderTable(
    [...head, 'version', 'prediction id'],
    rows.map(({ answer, prediction }, index) => [
      String(index + 1),
      ...(isRegression ? [numberText(prediction.value ?? Number.NaN)] : [prediction.label ?? dash, shares(prediction)]),
      sourceText(answer),
      prediction.predictionId,
    ]),
  );
}

/** The likeliest classes first. */
function shares({ probabilities }: Prediction): string {
  const sorted = Object.entries(probabilities ?? {}).sort(([, one], [, other]) => other - one);
  const texts = sorted.slice(0, shownValues).map(([label, share]) => `${label} ${share.toFixed(3)}`);
  if (sorted.length > shownValues) texts.push(`and ${sorted.length - shownValues} more`);
  return texts.length === 0 ? dash : texts.join(', ');
}

function sourceText({ modelVersion, arm, fallback }: PredictAnswer): string {
  return `${modelVersion} (${fallback ? `${arm}, in place of another` : arm})`;
}

/** What a bare graph gave, one line per row. */
export function graphTable(answers: readonly GraphAnswer[]): string {
  const names = Object.keys(answers[0]?.outputs ?? {});
  const rows = answers.flatMap(({ outputs, modelVersion, predictionIds }) =>
    predictionIds.map((id, row) => [...names.map((name) => valueText(outputs[name]?.[row])), modelVersion ?? dash, id]),
  );
  const numbered = rows.map((cells, index) => [String(index + 1), ...cells]);
  return renderTable(['row', ...names, 'version', 'prediction id'], numbered);
}

function valueText(value: Nested | undefined): string {
  if (value === undefined) return dash;
  if (typeof value === 'number') return numberText(value);
  if (typeof value !== 'object') return String(value);
  const cells = (value as readonly unknown[]).flat(Number.POSITIVE_INFINITY) as readonly (string | number | boolean)[];
  const texts = cells.slice(0, shownValues).map(valueText);
  if (cells.length > shownValues) texts.push(`and ${cells.length - shownValues} more`);
  return texts.join(', ');
}
