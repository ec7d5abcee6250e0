import type { Evidence } from '@laurel/domain';
import type { EvidenceStore } from '@laurel/ports';
import type { Selectable } from 'kysely';
import { toJson } from '../json-column.js';
import type { EvidenceTable } from '../tables/evidence-and-audit.js';
import type { Connection } from '../transact.js';

/** Appends, in or outside a transaction; an id that is there already is left as it is. */
export async function appendEvidence(db: Connection, evidence: Evidence): Promise<void> {
  await db
    .insertInto('evidence')
    .values({
      id: evidence.id,
      kind: evidence.kind,
      endpoint: evidence.endpoint,
      rollout: evidence.rollout,
      step: evidence.step,
      look: evidence.look,
      at: evidence.at,
      epoch: evidence.epoch,
      champion: evidence.champion && toJson(evidence.champion),
      challenger: toJson(evidence.challenger),
      challenger_digest: evidence.challenger.digest,
      policy_digest: evidence.policyDigest,
      input: evidence.input && toJson(evidence.input),
      verdict: evidence.decision.verdict,
      decision: toJson(evidence.decision),
      code_version: evidence.codeVersion,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

export async function findEvidence(db: Connection, id: string): Promise<Evidence | undefined> {
  const row = await db.selectFrom('evidence').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toEvidence(row);
}

export function createEvidenceStore(db: Connection): EvidenceStore {
  return {
    append: (evidence) => appendEvidence(db, evidence),
    find: (id) => findEvidence(db, id),
    list: async ({ rollout, endpoint, digest }) => {
      const rows = await db
        .selectFrom('evidence')
        .selectAll()
        .$if(rollout !== undefined, (query) => query.where('rollout', '=', rollout ?? null))
        .$if(endpoint !== undefined, (query) => query.where('endpoint', '=', endpoint ?? ''))
        .$if(digest !== undefined, (query) => query.where('challenger_digest', '=', digest ?? 'sha256:'))
        .orderBy('sequence')
        .execute();
      return rows.map(toEvidence);
    },
    newestLook: async (rollout, step) => {
      const row = await db
        .selectFrom('evidence')
        .selectAll()
        .where('kind', '=', 'look')
        .where('rollout', '=', rollout)
        .$if(step !== undefined, (query) => query.where('step', '=', step ?? null))
        .orderBy('sequence', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row && toEvidence(row);
    },
    gatePass: async (digest) => {
      const row = await db
        .selectFrom('evidence')
        .selectAll()
        .where('kind', '=', 'gate')
        .where('verdict', '=', 'pass')
        .where('challenger_digest', '=', digest)
        .orderBy('sequence', 'desc')
        .executeTakeFirst();
      return row && toEvidence(row);
    },
  };
}

function toEvidence(row: Selectable<EvidenceTable>): Evidence {
  return {
    id: row.id,
    kind: row.kind,
    endpoint: row.endpoint,
    rollout: row.rollout,
    step: row.step,
    look: row.look,
    at: row.at,
    epoch: row.epoch,
    champion: row.champion,
    challenger: row.challenger,
    policyDigest: row.policy_digest,
    input: row.input,
    decision: row.decision,
    codeVersion: row.code_version,
  };
}
