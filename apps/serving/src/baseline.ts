import type { ModelSignature, Prediction, Split } from '@laurel/domain';

/**
 * The constant answer of a split as a prediction: `label`, `value`, and `probability` of the last class, which is the
 * positive one of two. Probabilities need a signature to say how many classes there are. `null` without a baseline.
 */
export function baselinePrediction(
  baseline: Split['baseline'],
  signature: Pick<ModelSignature, 'classes'> | null,
): Prediction | null {
  if (baseline === null) return null;
  const { label, value, probability } = baseline;
  return {
    label: label === undefined ? null : String(label),
    value: typeof value === 'number' ? value : null,
    probabilities: sharesOf({
      classes: signature?.classes ?? [],
      label: label === undefined ? null : String(label),
      probability: typeof probability === 'number' ? probability : null,
    }),
  };
}

function sharesOf(given: {
  readonly classes: readonly string[];
  readonly label: string | null;
  readonly probability: number | null;
}): readonly number[] | null {
  const { classes, label, probability } = given;
  if (classes.length === 0) return null;
  if (classes.length === 2 && probability !== null) return [1 - probability, probability];
  return label !== null && classes.includes(label) ? classes.map((name) => (name === label ? 1 : 0)) : null;
}
