import type { Evidence, ModelVersion } from '@laurel/domain';
import type { Registry } from '@laurel/ports';
import { sql, type Transaction } from 'kysely';
import { lockUntilCommit } from '../advisory-locks.js';
import { toJson } from '../json-column.js';
import { currentReign } from '../routing/reigns.js';
import type { Tables } from '../tables.js';
import { appendAudit } from './audit.js';
import { appendEvent } from './events.js';
import { appendEvidence } from './evidence.js';
import { toModelVersion, toVersionRef } from './model-version-rows.js';

type NewVersion = Parameters<Registry['register']>[0];
type Context = Parameters<Registry['register']>[1];

/** Numbers, names and stores a version with the evidence of its gates; a run that was registered gets its version. */
export async function registerVersion(
  trx: Transaction<Tables>,
  version: NewVersion,
  context: Context,
): Promise<ModelVersion> {
  await lockUntilCommit(trx, `register/${version.project}`);
  const known = await trx
    .selectFrom('model_versions')
    .selectAll()
    .where('run_id', '=', version.runId)
    .executeTakeFirst();
  if (known !== undefined) return toModelVersion(known);
  const newest = await trx
    .selectFrom('model_versions')
    .selectAll()
    .where('project', '=', version.project)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  const previous = newest && toModelVersion(newest);
  const stored = await insertVersion(trx, version, {
    number: context.number ?? (await nextNumber(trx, version.project)),
    semver: context.nextSemver(previous),
  });
  const evidence = await gateEvidence(trx, stored, context);
  await appendEvidence(trx, evidence);
  const subject = `${stored.project}/${stored.version}`;
  const detail = { semver: stored.semver, digest: stored.digest, runId: stored.runId, gatesPassed: stored.gatesPassed };
  await appendAudit(trx, { actor: 'laurel', action: 'version.registered', subject, detail });
  await appendEvent(trx, { type: 'version.registered', subject, detail });
  return stored;
}

/** Numbers are shared with the versions that MLflow's clients register under the project's name. */
async function nextNumber(trx: Transaction<Tables>, name: string): Promise<number> {
  const { last_version: number } = await trx
    .insertInto('registered_models')
    .values({ name, managed: true, last_version: 1 })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ last_version: sql<number>`registered_models.last_version + 1` }),
    )
    .returning('last_version')
    .executeTakeFirstOrThrow();
  return number;
}

async function insertVersion(
  trx: Transaction<Tables>,
  version: NewVersion,
  name: { readonly number: number; readonly semver: string },
): Promise<ModelVersion> {
  const row = await trx
    .insertInto('model_versions')
    .values({
      project: version.project,
      version: name.number,
      semver: name.semver,
      digest: version.digest,
      run_id: version.runId,
      signature: toJson(version.signature),
      algorithm: version.algorithm,
      metrics: toJson(version.metrics),
      gates: toJson(version.gates),
      gates_passed: version.gatesPassed,
      lineage: toJson(version.lineage),
      dataset: version.lineage.dataset.name,
      dataset_version: version.lineage.dataset.version,
      report: version.report ?? null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toModelVersion(row);
}

async function gateEvidence(
  trx: Transaction<Tables>,
  version: ModelVersion,
  { endpoint, policyDigest, codeVersion }: Context,
): Promise<Evidence> {
  const champion = await currentReign(trx, endpoint);
  return {
    id: `${version.project}/versions/${version.version}/gate`,
    kind: 'gate',
    endpoint,
    rollout: null,
    step: null,
    look: null,
    at: version.createdAt,
    epoch: null,
    champion: champion === undefined ? null : toVersionRef(champion),
    challenger: toVersionRef(version),
    policyDigest,
    input: null,
    decision: {
      verdict: version.gatesPassed ? 'pass' : 'fail',
      action: version.gatesPassed ? 'advance' : 'hold',
      reasons: version.gatesPassed ? ['allMet'] : [],
      metrics: version.gates.filter(({ state }) => state !== 'pass').map(({ gate }) => gate),
    },
    codeVersion,
  };
}
