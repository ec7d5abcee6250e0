/** Rows of one class against the rest, sorted once by falling score. */
export interface Ranking {
  readonly order: Uint32Array;
  /** 1 where the row is of the class; by position in `order`. */
  readonly isClass: Uint8Array;
  /** 1 where the next row has a lower score (or there is none): ties end here. */
  readonly ends: Uint8Array;
}

/** Areas under a ranking's curves; `null` where the rows have only one side. */
export interface RankingAreas {
  readonly rocAuc: number | null;
  readonly averagePrecision: number | null;
}

/** Sorts rows by falling `score`. */
export function rank(score: Float64Array, isClass: (row: number) => boolean): Ranking {
  const order = Uint32Array.from(score.keys()).sort((a, b) => (score[b] ?? 0) - (score[a] ?? 0));
  const ends = new Uint8Array(order.length);
  for (let i = 0; i < order.length; i += 1) {
    const next = order[i + 1];
    ends[i] = next === undefined || score[next] !== score[order[i] ?? 0] ? 1 : 0;
  }
  return { order, isClass: Uint8Array.from(order, (row) => (isClass(row) ? 1 : 0)), ends };
}

/**
 * Area under the ROC curve (ties count half) and average precision, Σ (Rₙ − Rₙ₋₁)·Pₙ over distinct scores, both as in
 * scikit-learn, with row i counted `weights[i]` times.
 */
export function areasOf({ order, isClass, ends }: Ranking, weights: ArrayLike<number>): RankingAreas {
  let [truePositives, falsePositives] = [0, 0];
  let [groupPositives, groupNegatives] = [0, 0];
  let area = 0;
  let precisionSum = 0;
  for (let i = 0; i < order.length; i += 1) {
    const weight = weights[order[i] ?? 0] ?? 0;
    if (isClass[i] === 1) groupPositives += weight;
    else groupNegatives += weight;
    if (ends[i] === 0) continue;
    area += groupNegatives * (truePositives + groupPositives / 2);
    truePositives += groupPositives;
    falsePositives += groupNegatives;
    if (groupPositives > 0) precisionSum += (groupPositives * truePositives) / (truePositives + falsePositives);
    groupPositives = 0;
    groupNegatives = 0;
  }
  return {
    rocAuc: truePositives > 0 && falsePositives > 0 ? area / (truePositives * falsePositives) : null,
    averagePrecision: truePositives > 0 ? precisionSum / truePositives : null,
  };
}
