import type { ModelVersion, VersionRef } from '@laurel/domain';
import type { Selectable } from 'kysely';
import type { ModelVersionsTable } from '../tables/registry.js';

export function toModelVersion(row: Selectable<ModelVersionsTable>): ModelVersion {
  return {
    project: row.project,
    version: row.version,
    semver: row.semver,
    digest: row.digest,
    runId: row.run_id,
    signature: row.signature,
    algorithm: row.algorithm,
    metrics: row.metrics,
    gates: row.gates,
    gatesPassed: row.gates_passed,
    lineage: row.lineage,
    report: row.report,
    createdAt: row.created_at,
  };
}

/** The three members by which routing knows a version, and nothing else. */
export function toVersionRef({ version, digest, semver }: VersionRef): VersionRef {
  return { version, digest, semver };
}
