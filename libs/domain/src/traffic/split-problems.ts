import type { SplitDraft } from './split.js';

/** Weights are written as percent; sums of them may be off by rounding, never by a bucket. */
const tolerance = 1e-6;

/** What is wrong with a split, one sentence each; empty for one that may be routed. Enforces I2's sum of 100. */
export function splitProblems(split: Pick<SplitDraft, 'arms' | 'shadow' | 'salt'>): string[] {
  const { arms, shadow, salt } = split;
  const problems: string[] = [];
  if (arms.length === 0) problems.push('a split needs at least one arm');
  for (const role of ['champion', 'challenger'] as const) {
    const count = arms.filter((arm) => arm.role === role).length;
    if (count > 1) problems.push(`a split has at most one ${role} arm, this one has ${count}`);
  }
  for (const { role, version, weight } of arms) {
    if (!(weight >= 0 && weight <= 100)) {
      problems.push(`the weight of the ${role} (version ${version}) must be 0 to 100, it is ${weight}`);
    }
  }
  const sum = arms.reduce((total, { weight }) => total + weight, 0);
  if (arms.length > 0 && !(Math.abs(sum - 100) <= tolerance)) {
    problems.push(`the weights of a split sum to 100, these sum to ${sum}`);
  }
  if (shadow !== null && !(shadow.sample > 0 && shadow.sample <= 100)) {
    problems.push(`a shadow's sample must be above 0 and at most 100, it is ${shadow.sample}`);
  }
  if (salt === '') problems.push('a split needs a salt, or every endpoint draws the same people');
  return problems;
}
