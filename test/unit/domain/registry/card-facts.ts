import type {
  CardFacts,
  DatasetVersion,
  Digest,
  Evidence,
  ModelProject,
  ModelVersion,
  SignatureOutput,
  VersionFacts,
} from '@laurel/domain';

export const digestOf = (fill: string): Digest => `sha256:${fill.repeat(64).slice(0, 64)}`;

/** Inputs of one float a row. */
export const inputs = (...names: readonly string[]) =>
  names.map((name) => ({ name, dtype: 'FP32' as const, shape: [-1, 1], optional: false }));

export const outputs: readonly SignatureOutput[] = [
  { name: 'label', dtype: 'BYTES', shape: [-1], role: 'label' },
  { name: 'probabilities', dtype: 'FP32', shape: [-1, 2], role: 'probabilities' },
];

export const aModelVersion = (change: Partial<ModelVersion> = {}): ModelVersion => ({
  project: 'churn',
  version: 2,
  semver: '1.1.0',
  digest: digestOf('2'),
  runId: '2'.repeat(32),
  signature: { task: 'binary', inputs: inputs('tenure', 'contract'), outputs, classes: ['No', 'Yes'] },
  algorithm: 'xgboost',
  metrics: {
    rocAuc: { value: 0.85, low: 0.83, high: 0.87 },
    expectedCalibrationError: { value: 0.03, low: 0.02, high: 0.05 },
  },
  gates: [
    {
      gate: 'rocAuc >= 0.82',
      state: 'pass',
      observed: 0.85,
      bound: 0.82,
      message: 'rocAuc is 0.85; at least 0.82 is needed',
    },
  ],
  gatesPassed: true,
  lineage: {
    dataset: { name: 'churn', version: 2, digest: digestOf('d') },
    code: { commit: 'c0ffee0123456789', branch: 'main', dirty: false },
    environment: digestOf('e'),
    parents: [],
  },
  createdAt: '2026-01-31T09:00:00.000Z',
  ...change,
});

export const aDatasetVersion = (change: Partial<DatasetVersion> = {}): DatasetVersion => ({
  dataset: 'churn',
  version: 2,
  digest: digestOf('d'),
  rows: 1_000,
  source: 'data/churn.csv',
  schema: {
    columns: [
      { name: 'tenure', kind: 'numeric', storage: 'integer', nullable: false },
      { name: 'contract', kind: 'categorical', storage: 'string', nullable: true, categories: ['monthly', 'yearly'] },
    ],
  },
  statistics: {
    rows: 1_000,
    columns: [
      {
        name: 'tenure',
        missing: 0,
        distinct: 72,
        numeric: { min: 0, max: 72, mean: 32, standardDeviation: 24, quantiles: [0, 1, 9, 29, 55, 72, 72] },
        top: [],
      },
      { name: 'contract', missing: 20, distinct: 2, top: [{ value: 'monthly', count: 600 }] },
    ],
  },
  table: digestOf('f'),
  createdAt: '2026-01-31T08:00:00.000Z',
  ...change,
});

export const aProject = (card?: ModelProject['spec']['card']): ModelProject =>
  ({
    apiVersion: 'laurel/v1',
    kind: 'ModelProject',
    metadata: { name: 'churn', description: 'Who is about to leave', owner: 'growth@example.com' },
    spec: {
      task: 'binary',
      data: {
        source: { format: 'csv', uri: 'data/churn.csv' },
        target: { column: 'churn', positive: 'Yes' },
        exclude: ['customer_id'],
        sensitive: ['female'],
        split: { holdout: 20, validation: 20, stratify: true, seed: 7 },
      },
      training: {
        command: ['python', 'train.py'],
        parameters: { max_depth: 4, learning_rate: 0.1 },
        seed: 7,
        checkpoint: { every: 50 },
      },
      evaluation: { primary: { metric: 'rocAuc', goal: 'maximize' }, gates: [], slices: ['contract'] },
      approval: { required: true, approvers: 2, expiresAfter: '7d' },
      serving: { endpoint: 'churn' },
      ...(card === undefined ? {} : { card }),
    },
  }) as unknown as ModelProject;

/** A version with everything that can be recorded about it. */
export function aFacts({
  version,
  ...rest
}: { readonly version?: Partial<ModelVersion> } & Partial<Omit<VersionFacts, 'version'>> = {}): VersionFacts {
  const part = (fill: string, rows: number) => ({ digest: digestOf(fill), rows });
  return {
    version: aModelVersion(version),
    dataset: aDatasetVersion(),
    lock: 'numpy==2.1.0\nxgboost==3.0.0\n',
    report: {
      rows: 200,
      summary: aModelVersion(version).metrics,
      slices: [
        { column: 'contract', value: 'monthly', rows: 120, metrics: { rocAuc: 0.81, accuracy: 0.77 } },
        { column: 'contract', value: 'yearly', rows: 80, metrics: { rocAuc: 0.88 } },
      ],
      fairness: [
        {
          column: 'female',
          demographicParityDifference: 0.04,
          equalizedOddsDifference: 0.06,
          groups: [
            { value: '0', rows: 100, positiveRate: 0.25, truePositiveRate: 0.6, falsePositiveRate: 0.1 },
            { value: '1', rows: 100, positiveRate: 0.29, truePositiveRate: null, falsePositiveRate: 0.12 },
          ],
        },
      ],
      calibration: [
        { low: 0, high: 0.1, count: 120, meanPredicted: 0.05, observedRate: 0.06 },
        { low: 0.8, high: 0.9, count: 80, meanPredicted: 0.84, observedRate: 0.79 },
      ],
      confusion: {
        classes: ['No', 'Yes'],
        counts: [
          [140, 10],
          [20, 30],
        ],
      },
      comparison: {
        champion: digestOf('1'),
        metric: 'accuracy',
        rows: 200,
        meanDifference: 0.015,
        pairedT: { statistic: 1.2, degreesOfFreedom: 199, pValue: 0.23, standardError: 0.01 },
        mcnemar: { championOnly: 4, challengerOnly: 7, pValue: 0.55 },
      },
      gates: [],
      gatesPassed: true,
    },
    circumstances: {
      planned: {
        project: aProject(),
        folder: '/projects/churn',
        dataset: { dataset: 'churn', version: 2, digest: digestOf('d'), rows: 1_000, table: digestOf('f') },
        parts: { train: part('a', 600), validation: part('b', 200), holdout: part('c', 200) },
        source: { digest: digestOf('5'), kept: null, commit: 'c0ffee0123456789', branch: 'main', dirty: false },
        laurel: '0.2.0',
      },
      made: {
        output: digestOf('6'),
        model: digestOf('7'),
        predictions: null,
        environment: digestOf('e'),
        ranOn: {
          machine: {
            processor: 'EPYC',
            cores: 8,
            memoryBytes: 16 * 2 ** 30,
            architecture: 'x64',
            system: 'Linux 6.8',
            gpus: [],
          },
          settings: { OMP_NUM_THREADS: '1' },
        },
        sourceChanged: false,
      },
    },
    ...rest,
  };
}

const look = (id: string, change: Partial<Evidence> = {}): Evidence => ({
  id,
  kind: 'look',
  endpoint: 'churn',
  rollout: 'churn/2',
  step: 1,
  look: 1,
  at: '2026-01-31T10:00:00.000Z',
  epoch: 2,
  champion: null,
  challenger: { version: 2, digest: digestOf('2'), semver: '1.1.0' },
  policyDigest: null,
  input: null,
  decision: { verdict: 'pass', action: 'advance', reasons: ['allMet'], metrics: ['errorRate'] },
  codeVersion: '0.2.0',
  ...change,
});

/** A version that people have described, rolled out and approved. */
export function aCardFacts(change: Partial<CardFacts> = {}): CardFacts {
  return {
    ...aFacts(),
    stage: 'Production',
    aliases: ['champion'],
    project: {
      project: aProject({
        intendedUse: 'Rank customers for a call.',
        outOfScope: '- Pricing\n- Credit',
        limitations: 'Weak for customers of the first month.',
        ethics: 'Calls are never withheld.',
        contact: 'growth@example.com',
        licence: 'Apache-2.0',
      }),
      appliedAt: '2026-01-31T07:00:00.000Z',
      appliedBy: 'ann',
    },
    package: { ok: true, signedBy: 'abcdef0123456789', files: 9, bytes: 12_345 },
    evidence: [
      look('churn/2/look/1'),
      look('churn/2/look/2', {
        decision: { verdict: 'inconclusive', action: 'continue', reasons: ['belowSample'], metrics: [] },
      }),
      look('churn/2/crowning', { kind: 'crowning' }),
    ],
    rollouts: [
      {
        id: 'churn/2',
        status: 'promoted',
        cause: null,
        champion: 1,
        startedAt: '2026-01-31T09:30:00.000Z',
        endedAt: '2026-01-31T11:00:00.000Z',
        approvals: [{ by: 'ben', at: '2026-01-31T09:40:00.000Z', evidenceId: 'churn/2/approval/ben' }],
      },
    ],
    notes: {
      written: { text: 'Learns from the autumn campaign.', author: 'ann', at: '2026-01-31T12:00:00.000Z' },
      generated: ['churn 1.1.0 (version 2), after 1.0.0 (version 1).'],
    },
    ...change,
  };
}
