import type { Arm, Split, VersionRef } from '@laurel/domain';

/** Every version that a split sends requests to, or copies of them, once. */
export function routedVersions({ arms, headers = [], shadow }: Split): readonly VersionRef[] {
  const named = [...arms, ...headers.map(({ version }) => version), ...(shadow === null ? [] : [shadow])];
  return named.filter(({ version }, index) => named.findIndex((one) => one.version === version) === index);
}

/** `churn-v{version}` for one version; a text without a place for it stays as it is. */
export function named(template: string, { version, digest }: Pick<VersionRef, 'version' | 'digest'>): string {
  return template.replaceAll('{version}', String(version)).replaceAll('{digest}', digest.replace(/^sha256:/, ''));
}

/** Weights as whole numbers that add up: percent where they are whole, else hundredths of them. */
export function wholeWeights(arms: readonly Arm[]): readonly number[] {
  const isWhole = arms.every(({ weight }) => Number.isInteger(weight));
  return arms.map(({ weight }) => (isWhole ? weight : Math.round(weight * 100)));
}

/** Weights as percent again. */
export function percents(weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => (sum === 0 ? 0 : (weight * 100) / sum));
}
