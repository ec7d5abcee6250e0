import type { EvidenceOrigin, Reign, RolloutOrigin, VersionOrigin } from '@laurel/ports';
import { type RawBuilder, sql } from 'kysely';
import { isoTime, jsonRows } from './json-parts.js';

/** Evidence of one rollout that is listed; a rollout of hours has a look every second. */
const evidenceShown = 20;

const evidence = sql`jsonb_build_object('id', e.id, 'kind', e.kind, 'step', e.step, 'at', ${isoTime('e.at')},
  'verdict', e.verdict, 'action', e.decision ->> 'action')`;

const gates = jsonRows<EvidenceOrigin>(sql`
  select ${evidence}, e.sequence from evidence e where e.kind = 'gate' and e.challenger_digest = v.digest`);

const approvals = jsonRows<RolloutOrigin['approvals'][number]>(sql`
  select jsonb_build_object('by', a.approver, 'at', ${isoTime('a.decided_at')}, 'decision', a.decision,
    'reason', a.reason, 'evidenceId', a.evidence_id), a.sequence
  from approvals a where a.rollout = o.id and a.digest = v.digest`);

const newest = jsonRows<EvidenceOrigin>(sql`
  select ${evidence}, e.sequence from evidence e where e.rollout = o.id order by e.sequence desc limit ${evidenceShown}`);

const rollouts = jsonRows<RolloutOrigin>(sql`
  select jsonb_build_object('id', o.id, 'endpoint', o.endpoint, 'status', o.status, 'cause', o.cause,
    'startedAt', ${isoTime('o.started_at')}, 'endedAt', ${isoTime('o.ended_at')}, 'approvals', ${approvals},
    'evidence', ${newest}, 'evidenceCount', (select count(*) from evidence e where e.rollout = o.id)), o.sequence
  from rollouts o where o.project = v.project and o.challenger ->> 'digest' = v.digest`);

const replaced = sql`(
  select jsonb_build_object('version', b.version, 'digest', b.digest, 'semver', b.semver)
  from champions b where b.endpoint = c.endpoint and b.reign < c.reign order by b.reign desc limit 1)`;

const reigns = jsonRows<Reign>(sql`
  select jsonb_build_object('endpoint', c.endpoint, 'crownedAt', ${isoTime('c.crowned_at')},
    'endedAt', ${isoTime('c.ended_at')}, 'evidenceId', c.evidence_id, 'replaced', ${replaced}), c.reign
  from champions c where c.project = v.project and c.version = v.version`);

const aliases = jsonRows<string>(sql`
  select to_jsonb(l.alias), l.alias from aliases l where l.project = v.project and l.version = v.version`);

/** Everything about the row `v` of `model_versions`; null without one. */
export const versionOrigin: RawBuilder<VersionOrigin | null> = sql`case when v.project is null then null else
  jsonb_build_object('project', v.project, 'version', v.version, 'semver', v.semver, 'digest', v.digest,
    'algorithm', v.algorithm, 'createdAt', ${isoTime('v.created_at')}, 'gatesPassed', v.gates_passed, 'stage', v.stage,
    'aliases', ${aliases}, 'parents', v.lineage -> 'parents', 'gates', ${gates}, 'rollouts', ${rollouts},
    'reigns', ${reigns}) end`;
