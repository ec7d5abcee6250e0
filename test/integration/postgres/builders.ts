import { createHash, randomBytes } from 'node:crypto';
import { codeVersion } from '@laurel/contracts';
import type {
  Digest,
  Evidence,
  ModelVersion,
  PredictionRecord,
  RolloutPlan,
  Split,
  SplitDraft,
  VersionRef,
} from '@laurel/domain';
import type { ApprovalDecision, Role } from '@laurel/ports';
import type { TestDatabase } from './database.js';

export const digestOf = (text: string): Digest => `sha256:${createHash('sha256').update(text).digest('hex')}`;

export const aRunId = () => randomBytes(16).toString('hex');

export const aPlan = (change: Partial<RolloutPlan> = {}): RolloutPlan => ({
  steps: [{ setWeight: 5 }, { analysis: { metrics: ['errorRate'] } }],
  metrics: { errorRate: { role: 'guardrail', direction: 'lower', margin: 0.005, minimumSample: 200 } },
  stickyKey: 'customer_id',
  deadline: '6h',
  baseline: { label: 'No' },
  approval: { required: false, approvers: 0, expiresAfter: '7d' },
  ...change,
});

/** Registers the next version of `project`, with a PASS of its gates unless told otherwise. */
export function aVersion(
  db: TestDatabase,
  project: string,
  {
    gatesPassed = true,
    digest,
    ...change
  }: {
    readonly gatesPassed?: boolean;
    readonly digest?: Digest;
  } & Partial<Pick<ModelVersion, 'runId' | 'signature' | 'metrics' | 'lineage' | 'report' | 'algorithm'>> = {},
): Promise<ModelVersion> {
  const runId = change.runId ?? aRunId();
  return db.registry.register(
    {
      project,
      digest: digest ?? digestOf(runId),
      runId,
      signature: { task: 'binary', inputs: [], outputs: [], classes: ['No', 'Yes'] },
      algorithm: 'xgboost',
      metrics: { rocAuc: { value: 0.85, low: 0.83, high: 0.87 } },
      gates: [{ gate: 'rocAuc', state: gatesPassed ? 'pass' : 'fail', observed: 0.85, bound: 0.82, message: 'rocAuc' }],
      gatesPassed,
      lineage: {
        dataset: { name: project, version: 1, digest: digestOf(project) },
        code: { commit: null, branch: null, dirty: false },
        environment: null,
        parents: [],
      },
      ...change,
    },
    {
      endpoint: project,
      policyDigest: digestOf('policy'),
      codeVersion,
      nextSemver: (previous) => (previous === undefined ? '1.0.0' : `1.0.${previous.version}`),
    },
  );
}

/** A person with a key of their own, who decides about `rollout`. */
export async function aPerson(db: TestDatabase, name: string, role: Role = 'approver') {
  const { key } = await db.apiKeys.create({ name, role });
  const decide = (rollout: string, given: Partial<ApprovalDecision> = {}) =>
    db.approvals.decide({
      rollout,
      by: name,
      keyId: key.id,
      decision: 'granted',
      reason: 'looked at the evidence',
      form: {},
      codeVersion,
      ...given,
    });
  return { name, key, decide };
}

export const refOf = ({ version, digest, semver }: VersionRef): VersionRef => ({ version, digest, semver });
export const gateOf = ({ project, version }: ModelVersion) => `${project}/versions/${version}/gate`;

interface Rolling {
  readonly endpoint: string;
  readonly incarnation: number;
  readonly challenger: VersionRef;
}

/** A draft that gives the challenger `weight` and the rest to the champion, if there is one. */
export function aDraft(
  { endpoint, incarnation, challenger }: Rolling,
  { champion, weight }: { readonly champion: VersionRef | null; readonly weight: number },
): SplitDraft {
  const rest = champion === null ? [] : [{ ...refOf(champion), role: 'champion' as const, weight: 100 - weight }];
  return {
    endpoint,
    fence: incarnation,
    incarnation,
    arms: [...rest, { ...refOf(challenger), role: 'challenger', weight: champion === null ? 100 : weight }],
    shadow: null,
    stickyKey: 'customer_id',
    salt: `${endpoint}/${incarnation}`,
    baseline: { label: 'No' },
    appliedBy: `${endpoint}/${incarnation}`,
    reason: `weight ${weight}`,
  };
}

/** Prepares, acknowledges for `processes` and commits one split. */
export async function applySplit(
  db: TestDatabase,
  rolling: Rolling,
  split: { readonly champion: VersionRef | null; readonly weight: number; readonly processes?: readonly string[] },
): Promise<Split> {
  const prepared = await db.routing.prepare(aDraft(rolling, split), `weight-${split.weight}`);
  await acknowledge(db, prepared, split.processes ?? ['p1']);
  return db.routing.commit({ endpoint: rolling.endpoint, epoch: prepared.epoch, fence: rolling.incarnation });
}

/** Renews the leases of `processes` and acknowledges `split` for each. */
export async function acknowledge(db: TestDatabase, split: Split, processes: readonly string[]): Promise<void> {
  const loaded = split.arms.map(({ digest }) => digest).concat(split.shadow === null ? [] : [split.shadow.digest]);
  for (const process of processes) {
    await db.fleet.renewLease(process, 60_000);
    await db.fleet.acknowledge({ endpoint: split.endpoint, epoch: split.epoch, process, loaded });
  }
}

/** Takes a registered version through a whole rollout on the endpoint named like its project. */
export async function crownVersion(db: TestDatabase, version: ModelVersion, incarnation: number): Promise<Split> {
  const endpoint = version.project;
  const rolling = { endpoint, project: endpoint, incarnation, challenger: refOf(version) };
  const { rollout } = await db.routing.beginRollout({ ...rolling, plan: aPlan() });
  await applySplit(db, rolling, { champion: rollout.champion, weight: 5 });
  return db.routing.crown({ ...rolling, fence: incarnation, evidenceId: gateOf(version), codeVersion });
}

export const aLook = (change: Partial<Evidence> & Pick<Evidence, 'id' | 'challenger'>): Evidence => ({
  kind: 'look',
  endpoint: 'churn',
  rollout: 'churn/2',
  step: 1,
  look: 1,
  at: '2026-01-31T09:00:00.000Z',
  epoch: 2,
  champion: null,
  policyDigest: null,
  input: { metrics: [], sampleRatioP: 0.5, ejections: 0, telemetryAgeMilliseconds: 900, planExhausted: false },
  decision: { verdict: 'pass', action: 'advance', reasons: ['allMet'], metrics: [] },
  codeVersion,
  ...change,
});

export const aPrediction = (
  change: Partial<PredictionRecord> & Pick<PredictionRecord, 'predictionId'>,
): PredictionRecord => ({
  endpoint: 'churn',
  epoch: 1,
  arm: 'champion',
  version: 1,
  digest: digestOf('v1'),
  at: '2026-01-31T09:00:00.000Z',
  stickyKeyHash: null,
  label: 'Yes',
  value: null,
  confidence: 0.9,
  latencyMilliseconds: 1.5,
  status: 'ok',
  fallback: false,
  shadowOf: null,
  ...change,
});
