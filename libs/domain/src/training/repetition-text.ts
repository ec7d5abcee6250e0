import type { Difference, Repetition } from './circumstances.js';

type Told = Pick<Repetition, 'of' | 'bitEqual' | 'predictions' | 'differences'>;

/** Differences named in a sentence; the others are counted. */
const named = 4;

/** What repeating a run gave, in one sentence. */
export function repetitionText({ of, bitEqual, predictions, differences }: Told): string {
  if (bitEqual) return `model.onnx is bit-equal to that of run ${of}.`;
  const far =
    predictions === null
      ? 'the validation predictions cannot be compared'
      : `the predictions of ${predictions.rows} validation rows differ by at most ${precise(predictions.largestDifference)}`;
  return `model.onnx differs from that of run ${of}; ${far}; ${reasonsText(differences)}.`;
}

function reasonsText(differences: readonly Difference[]): string {
  if (differences.length === 0)
    return 'every recorded circumstance is the same, so the trainer itself leaves something to chance';
  const first = differences
    .slice(0, named)
    .map(({ what, was, is }) => `${what} (was ${was ?? 'none'}, is ${is ?? 'none'})`);
  const more = differences.length > named ? ` and ${differences.length - named} more` : '';
  return `not the same: ${first.join(', ')}${more}`;
}

function precise(value: number): string {
  return String(Number(value.toPrecision(3)));
}
