import type { DescribedTable } from '../data/anomaly-input.js';
import type { ModelSignature } from '../registry/signature.js';
import { type CheckResult, checked } from './check.js';

export interface FeatureCheckInput extends DescribedTable {
  readonly signature: Pick<ModelSignature, 'inputs'>;
  /** Columns that the project declares as features. */
  readonly features: readonly string[];
  readonly target: string;
  readonly key: string | null;
  readonly exclude: readonly string[];
  /** Declared columns that the model leaves out on purpose. */
  readonly unused: readonly string[];
}

/** The graph takes the declared columns and no other, and allows a missing value wherever the data has one. */
export function featureChecks(input: FeatureCheckInput): readonly CheckResult[] {
  const { inputs } = input.signature;
  const taken = inputs.map(({ name }) => name);
  const forgotten = input.features.filter((name) => !taken.includes(name) && isUsable(input, name));
  const foreign = taken.filter((name) => !input.features.includes(name)).map((name) => roleOf(input, name));
  const strict = inputs.filter(({ optional, name }) => !optional && missingIn(input, name) > 0);
  return [
    none('inputs cover the declared columns', 'an input of the graph for each', forgotten, 'none for'),
    none('inputs are declared columns', 'no other inputs', foreign, 'the inputs'),
    none(
      'missing values are allowed where the data has them',
      'optional inputs there',
      strict.map(({ name }) => `${name} (missing in ${countText(missingIn(input, name))})`),
      'required ones:',
    ),
  ];
}

function none(name: string, expected: string, breaking: readonly string[], found: string): CheckResult {
  const breach = breaking.length === 0 ? null : { expected, found: `${found} ${breaking.join(', ')}` };
  return checked({ suite: 'features', name }, breach);
}

/** Empty and constant columns and timestamps are what a trainer cannot learn from and leaves out. */
function isUsable({ schema, statistics, unused }: FeatureCheckInput, name: string): boolean {
  const { distinct = 0, missing = 0 } = statistics.columns.find((column) => column.name === name) ?? {};
  const storage = schema.columns.find((column) => column.name === name)?.storage;
  return !unused.includes(name) && storage !== 'timestamp' && distinct + (missing > 0 ? 1 : 0) > 1;
}

function missingIn({ statistics }: FeatureCheckInput, name: string): number {
  return statistics.columns.find((column) => column.name === name)?.missing ?? 0;
}

function countText(rows: number): string {
  return rows === 1 ? '1 row' : `${rows} rows`;
}

function roleOf({ target, key, exclude }: FeatureCheckInput, name: string): string {
  if (name === target) return `${name} (the target)`;
  if (name === key) return `${name} (the key)`;
  return exclude.includes(name) ? `${name} (excluded)` : `${name} (not in the data)`;
}
