import type { ObjectiveSpec } from './sweep-spec.js';
import type { Trial } from './trial.js';

type Measured = Pick<Trial, 'number' | 'state' | 'values'>;
type Objectives = readonly ObjectiveSpec[];

/**
 * The trials that no other complete trial beats: of equal or better values in every objective, one of them better.
 * In the order of their numbers; with one objective, all that share the best value.
 */
export function paretoFront<T extends Measured>(trials: readonly T[], objectives: Objectives): readonly T[] {
  const front: T[] = [];
  // Whoever beats a trial comes before it in this order, and whoever beats that one does, too: the front so far decides.
  for (const trial of ranked(trials, objectives)) {
    if (!front.some((other) => dominates(other, trial, objectives))) front.push(trial);
  }
  return front.toSorted((a, b) => a.number - b.number);
}

/**
 * The trial to register: of the front, the best in the first objective, then in the second, and so on; then the lower
 * number. `null` when none is complete.
 */
export function bestTrial<T extends Measured>(trials: readonly T[], objectives: Objectives): T | null {
  return ranked(trials, objectives)[0] ?? null;
}

function ranked<T extends Measured>(trials: readonly T[], objectives: Objectives): readonly T[] {
  return trials.filter(isComplete).toSorted((a, b) => compare(a, b, objectives) || a.number - b.number);
}

/** Each trial that was the best when it was told, in the order of their ends, and the steps all had taken until then. */
export function bestSoFar<T extends Measured & Pick<Trial, 'steps' | 'endedAt'>>(
  trials: readonly T[],
  objectives: Objectives,
): readonly { readonly trial: T; readonly steps: number }[] {
  const ended = trials.filter(({ endedAt }) => endedAt !== null);
  const inOrder = ended.toSorted((a, b) => timeOf(a) - timeOf(b) || a.number - b.number);
  const curve: { readonly trial: T; readonly steps: number }[] = [];
  let steps = 0;
  for (const trial of inOrder) {
    steps += trial.steps;
    const best = curve.at(-1)?.trial;
    if (isComplete(trial) && (best === undefined || compare(trial, best, objectives) < 0)) curve.push({ trial, steps });
  }
  return curve;
}

function timeOf({ endedAt }: Pick<Trial, 'endedAt'>): number {
  return Date.parse(endedAt ?? '');
}

function isComplete(trial: Measured): boolean {
  return trial.state === 'complete' && trial.values !== null;
}

function dominates(a: Measured, b: Measured, objectives: Objectives): boolean {
  const signs = objectives.map((_, index) => difference(a, b, { objectives, index }));
  return signs.every((sign) => sign <= 0) && signs.some((sign) => sign < 0);
}

function compare(a: Measured, b: Measured, objectives: Objectives): number {
  for (const index of objectives.keys()) {
    const sign = difference(a, b, { objectives, index });
    if (sign !== 0) return sign;
  }
  return 0;
}

/** Below 0 when `a` is better in one objective. */
function difference(
  a: Measured,
  b: Measured,
  { objectives, index }: { readonly objectives: Objectives; readonly index: number },
): number {
  const delta = (a.values?.[index] ?? 0) - (b.values?.[index] ?? 0);
  return objectives[index]?.goal === 'minimize' ? delta : -delta;
}
