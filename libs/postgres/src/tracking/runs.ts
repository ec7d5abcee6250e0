import type { DatasetInput, LifecycleStage, TrackedRun, TrackedRunInfo, Tracking } from '@laurel/ports';
import type { Selectable } from 'kysely';
import type { RunPrepared, Statement } from '../connect.js';
import type { TrackedRunsTable } from '../tables/tracking.js';
import { keysOf, type Pairs, toPairs, valuesOf } from './experiments.js';
import { demandActiveExperiment, demandActiveRun, experimentNumber, noRun } from './refusals.js';

type RunCalls = 'createRun' | 'findRun' | 'updateRun' | 'deleteRun' | 'restoreRun';

type RunInfoRow = Omit<Selectable<TrackedRunsTable>, 'deleted_ms' | 'owned'>;

export interface RunRow extends RunInfoRow {
  /** Name, value as text, time, step. */
  readonly metrics: readonly (readonly [string, string, number, number])[] | null;
  readonly params: Pairs;
  readonly tags: Pairs;
  readonly datasets: readonly DatasetRow[] | null;
  /** Role, model, step. */
  readonly models: readonly (readonly ['input' | 'output', string, number])[] | null;
}

/** Name, digest, type and text of the source, schema, profile, tags. */
type DatasetRow = readonly [string, string, string, string, string | null, string | null, NonNullable<Pairs>];

/** Columns of a `RunRow` from `tracked_runs as r`. Numbers travel as texts, because JSON has no NaN. */
export const runColumns = `r.*,
  (select json_agg(json_build_array(m.name, m.value::text, m.logged_ms, m.step) order by m.name)
    from run_latest_metrics as m where m.run_id = r.run_id) as metrics,
  (select json_agg(json_build_array(p.key, p.value) order by p.key) from run_params as p where p.run_id = r.run_id)
    as params,
  (select json_agg(json_build_array(t.key, t.value) order by t.key) from run_tags as t where t.run_id = r.run_id)
    as tags,
  (select json_agg(json_build_array(d.name, d.digest, d.source_type, d.source, d.schema, d.profile, i.tags)
    order by d.name, d.digest) from run_datasets as i join tracked_datasets as d using (dataset_id)
    where i.run_id = r.run_id) as datasets,
  (select json_agg(json_build_array(o.role, o.model_id, o.step) order by o.model_id) from run_models as o
    where o.run_id = r.run_id) as models`;

const create: Statement = {
  name: 'tracking-create-run',
  text: `with experiment as (
    select experiment_id, artifact_location, lifecycle_stage from experiments where experiment_id = $2::bigint),
  made as (
    insert into tracked_runs (run_id, experiment_id, name, user_id, status, start_ms, artifact_uri)
    select $1, experiment_id, $3, $4, 'RUNNING', $5::bigint, artifact_location || '/' || $1 || '/artifacts'
    from experiment where lifecycle_stage = 'active' returning *),
  tagged as (
    insert into run_tags (run_id, key, value)
    select made.run_id, given.key, given.value from made, unnest($6::text[], $7::text[]) as given (key, value))
  select experiment.lifecycle_stage as stage, made.* from experiment left join made on true`,
};

const find: Statement = {
  name: 'tracking-find-run',
  text: `select ${runColumns} from tracked_runs as r where r.run_id = $1`,
};

const update: Statement = {
  name: 'tracking-update-run',
  text: `with standing as (select lifecycle_stage as stage from tracked_runs where run_id = $1),
  changed as (
    update tracked_runs set
      status = case when owned then status else coalesce($2::text, status) end,
      end_ms = case when owned then end_ms else coalesce($3::bigint, end_ms) end,
      name = coalesce($4::text, name)
    where run_id = $1 and lifecycle_stage = 'active' returning *),
  named as (
    insert into run_tags (run_id, key, value)
    select run_id, 'mlflow.runName', $4 from changed where $4 is not null
    on conflict (run_id, key) do update set value = excluded.value)
  select standing.stage, changed.* from standing left join changed on true`,
};

const move: Statement = {
  name: 'tracking-move-run',
  text: `update tracked_runs set lifecycle_stage = $2, deleted_ms = case when $2 = 'deleted' then now_ms() end
    where run_id = $1 returning run_id`,
};

export function runsOver(prepared: RunPrepared): Pick<Tracking, RunCalls> {
  const moveTo = async (runId: string, stage: LifecycleStage): Promise<void> => {
    if ((await prepared(move, [runId, stage])).length === 0) throw noRun(runId);
  };
  return {
    createRun: async ({ runId, experimentId, name, userId, startMs, tags }) => {
      const id = experimentNumber(experimentId);
      const values = [runId, id, name, userId, startMs, keysOf(tags), valuesOf(tags)];
      const [made] = await prepared<RunInfoRow & { readonly stage: LifecycleStage }>(create, values);
      demandActiveExperiment(id, made?.stage);
      return toRunInfo(made as RunInfoRow);
    },
    findRun: async (runId) => {
      const [row] = await prepared<RunRow>(find, [runId]);
      return row && toTrackedRun(row);
    },
    updateRun: async (runId, { status = null, endMs = null, name = null }) => {
      const values = [runId, status, endMs, name];
      const [changed] = await prepared<RunInfoRow & { readonly stage: LifecycleStage }>(update, values);
      demandActiveRun(runId, changed?.stage);
      return toRunInfo(changed as RunInfoRow);
    },
    deleteRun: (runId) => moveTo(runId, 'deleted'),
    restoreRun: (runId) => moveTo(runId, 'active'),
  };
}

function toRunInfo(row: RunInfoRow): TrackedRunInfo {
  return {
    runId: row.run_id,
    experimentId: String(row.experiment_id),
    name: row.name,
    userId: row.user_id,
    status: row.status,
    startMs: row.start_ms,
    endMs: row.end_ms,
    artifactUri: row.artifact_uri,
    lifecycleStage: row.lifecycle_stage,
  };
}

export function toTrackedRun(row: RunRow): TrackedRun {
  const metrics = (row.metrics ?? []).map(([key, value, loggedMs, step]) => ({
    key,
    value: Number(value),
    loggedMs,
    step,
  }));
  const models = row.models ?? [];
  return {
    info: toRunInfo(row),
    metrics,
    params: toPairs(row.params),
    tags: toPairs(row.tags),
    datasets: (row.datasets ?? []).map(toDataset),
    inputModels: models.filter(([role]) => role === 'input').map(([, modelId]) => modelId),
    outputModels: models.filter(([role]) => role === 'output').map(([, modelId, step]) => ({ modelId, step })),
  };
}

function toDataset([name, digest, sourceType, source, schema, profile, tags]: DatasetRow): DatasetInput {
  return { tags: toPairs(tags), dataset: { name, digest, sourceType, source, schema, profile } };
}
