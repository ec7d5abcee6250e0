import type { PredictAnswer } from '../predictions.js';
import { byClass, predictionsJson } from '../values/answered-values.js';

/**
 * The body that MLflow's scoring server answers with: labels of a classifier, values of a regression, all outputs of a
 * bare graph. `probabilities`, by class, and `notices` are further keys, only where there is something to say.
 */
export function scoringAnswer(
  answer: PredictAnswer,
  { probabilities, notices }: { readonly probabilities: boolean; readonly notices: readonly string[] },
): string {
  const signature = answer.model?.signature ?? null;
  if (signature === null && answer.model !== null) return bodyOf(predictionsJson(answer), { notices });
  const predictions = answer.predictions();
  const json = JSON.stringify(predictions.map(({ label, value }) => label ?? value));
  if (!probabilities) return bodyOf(json, { notices });
  const classes = signature?.classes ?? [];
  const shares = predictions.map((one) => one.probabilities);
  if (classes.length === 0 || shares.every((one) => one === null)) {
    return bodyOf(json, { notices: [...notices, 'The model gives no probabilities.'] });
  }
  return bodyOf(json, { probabilities: shares.map((one) => one && byClass(one, classes)), notices });
}

function bodyOf(
  predictions: string,
  more: { readonly probabilities?: readonly unknown[]; readonly notices: readonly string[] },
): string {
  const { probabilities, notices } = more;
  const shares = probabilities === undefined ? '' : `,"probabilities":${JSON.stringify(probabilities)}`;
  return `{"predictions":${predictions}${shares}${notices.length === 0 ? '' : `,"notices":${JSON.stringify(notices)}`}}`;
}
