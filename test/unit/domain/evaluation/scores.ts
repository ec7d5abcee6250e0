import type { EvaluationInput, Prediction } from '@laurel/domain';

/** A prediction of class `label` with these probabilities. */
export function classified(label: string | null, probabilities: readonly number[] | null): Prediction {
  return { label, probabilities, value: null };
}

/** A regression's prediction. */
export function valued(value: number): Prediction {
  return { label: null, probabilities: null, value };
}

/** Binary rows from truths and scores of "Yes", cut at one half. */
export function binaryInput(truth: readonly string[], scores: readonly number[]): EvaluationInput {
  const predictions = scores.map((score) => classified(score >= 0.5 ? 'Yes' : 'No', [1 - score, score]));
  return { task: 'binary', classes: ['No', 'Yes'], positive: 'Yes', rows: { truth, predictions } };
}
