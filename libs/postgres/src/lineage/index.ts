import type { DataOrigin, LineageItem, LineageStore, LineageSubject, RunOrigin } from '@laurel/ports';
import { type RawBuilder, sql } from 'kysely';
import type { Connection } from '../transact.js';
import { isoTime, jsonRows } from './json-parts.js';
import { versionOrigin } from './version-origin.js';

/** What a version's lineage says of its code where no run recorded it. */
const code = sql`jsonb_build_object(
  'commit', coalesce(c.planned #>> '{source,commit}', v.lineage #>> '{code,commit}'),
  'branch', coalesce(c.planned #>> '{source,branch}', v.lineage #>> '{code,branch}'),
  'dirty', coalesce(c.planned #> '{source,dirty}', v.lineage #> '{code,dirty}', 'false'),
  'digest', c.planned #>> '{source,digest}')`;

const run: RawBuilder<RunOrigin> = sql`jsonb_build_object('runId', wanted.run_id,
  'project', coalesce(r.project, v.project), 'trigger', r.trigger, 'status', r.status,
  'startedAt', ${isoTime('r.started_at')}, 'endedAt', ${isoTime('r.ended_at')},
  'parameters', c.planned #> '{project,spec,training,parameters}', 'seed', c.planned #> '{project,spec,training,seed}',
  'code', ${code}, 'environment', coalesce(c.made ->> 'environment', v.lineage ->> 'environment'),
  'machine', c.made #> '{ranOn,machine}')`;

const columns = jsonRows<DataOrigin['columns'][number]>(sql`
  select jsonb_build_object('name', one ->> 'name', 'kind', one ->> 'kind'), place
  from jsonb_array_elements(d.schema -> 'columns') with ordinality as columns (one, place)`);

const data: RawBuilder<DataOrigin | null> = sql`case when d.dataset is null then null else
  jsonb_build_object('dataset', d.dataset, 'version', d.version, 'digest', d.digest, 'rows', d.rows, 'source', d.source,
    'columns', ${columns}) end`;

type Traced = Exclude<LineageSubject, { readonly kind: 'prediction' }>;

function runsOf(subject: Traced): RawBuilder<unknown> {
  if (subject.kind === 'run') {
    const { runId } = subject;
    return sql`select run_id from runs where run_id = ${runId} union select run_id from model_versions where run_id = ${runId}`;
  }
  if (subject.kind === 'version') {
    return sql`select run_id from model_versions where project = ${subject.project} and version = ${subject.version}`;
  }
  if (subject.kind === 'package') return sql`select run_id from model_versions where digest = ${subject.digest}`;
  const { dataset, version } = subject;
  return sql`
    select run_id from model_versions where dataset = ${dataset} and dataset_version = ${version}
    union select run_id from run_circumstances
    where planned #>> '{dataset,dataset}' = ${dataset} and (planned #> '{dataset,version}')::int = ${version}`;
}

/** The lineage of everything that Postgres knows. */
export function createLineageStore(db: Connection): LineageStore {
  return {
    trace: async (subject, limit) => {
      const query = sql<LineageItem>`
        with wanted as (${runsOf(subject)})
        select ${run} as run, ${data} as data, ${versionOrigin} as version
        from wanted
        left join runs r on r.run_id = wanted.run_id
        left join model_versions v on v.run_id = wanted.run_id
        left join run_circumstances c on c.run_id = wanted.run_id
        left join dataset_versions d
          on d.dataset = coalesce(v.dataset, c.planned #>> '{dataset,dataset}')
          and d.version = coalesce(v.dataset_version, (c.planned #> '{dataset,version}')::int)
        order by coalesce(v.created_at, r.started_at) desc nulls last
        limit ${limit}`;
      return (await query.execute(db)).rows;
    },
    findPrediction: async (id) => {
      const row = await db
        .selectFrom('predictions as p')
        .innerJoin('endpoints as e', 'e.endpoint', 'p.endpoint')
        .innerJoin('model_versions as v', (join) =>
          join.onRef('v.project', '=', 'e.project').onRef('v.version', '=', 'p.version'),
        )
        .select(['p.prediction_id as id', 'p.at', 'p.endpoint', 'p.epoch', 'p.arm', 'p.version', 'v.digest'])
        .where('p.prediction_id', '=', id)
        .executeTakeFirst();
      return row;
    },
  };
}
