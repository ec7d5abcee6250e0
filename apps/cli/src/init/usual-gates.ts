import type { Inspection } from './inspect-csv.js';

/** A first gate: a model that learned anything meets it on unseen rows. */
export interface UsualGate {
  readonly metric: string;
  readonly min: number;
  readonly because: string;
}

/** Better than telling always the same: the least that is asked of a first model. */
export function usualGate({ decision, labelled }: Pick<Inspection, 'decision' | 'labelled'>): UsualGate {
  if (decision.task === 'binary') {
    return { metric: 'rocAuc', min: 0.55, because: '0.5 is guessing' };
  }
  if (decision.task === 'regression') {
    return { metric: 'r2', min: 0, because: '0 is always telling the mean' };
  }
  const share = (decision.classes[0]?.count ?? 0) / labelled;
  const because = `${(share * 100).toFixed(1)} % is always telling "${decision.classes[0]?.value ?? ''}"`;
  return { metric: 'accuracy', min: Math.floor(share * 100) / 100, because };
}

/** Percents of the rows that are kept from training; more of a small table, whose metrics are coarse. */
export function usualSplit(labelled: number): { readonly holdout: number; readonly validation: number } {
  return labelled < 500 ? { holdout: 30, validation: 20 } : { holdout: 20, validation: 20 };
}
