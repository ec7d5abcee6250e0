import { LaurelError } from '@laurel/contracts';
import type { SearchComparison } from '@laurel/domain';
import type { LifecycleStage, LoggedModel, LoggedModels } from '@laurel/ports';
import type { Selectable } from 'kysely';
import type { RunPrepared, Statement } from '../connect.js';
import type { LoggedModelsTable } from '../tables/logged-models.js';
import { BoundValues } from './bound.js';
import { comparisonSql, keyedSql } from './comparison-sql.js';
import { keysOf, type Pairs, toPairs, valuesOf } from './experiments.js';
import { demandActiveExperiment, experimentNumber } from './refusals.js';

interface ModelRow extends Selectable<LoggedModelsTable> {
  readonly tags: Pairs;
  readonly params: Pairs;
  /** Name, value as text, time, step, run, dataset's name and digest. */
  readonly metrics: readonly (readonly [string, string, number, number, string, string | null, string | null])[] | null;
}

const modelColumns = `l.*,
  (select json_agg(json_build_array(t.key, t.value) order by t.key) from logged_model_tags as t
    where t.model_id = l.model_id) as tags,
  (select json_agg(json_build_array(p.key, p.value) order by p.key) from logged_model_params as p
    where p.model_id = l.model_id) as params,
  (select json_agg(json_build_array(m.name, m.value::text, m.logged_ms, m.step, m.run_id, m.dataset_name,
      m.dataset_digest) order by m.name, m.logged_ms, m.step) from logged_model_metrics as m
    where m.model_id = l.model_id) as metrics`;

const create: Statement = {
  name: 'tracking-create-model',
  text: `with experiment as (
    select experiment_id, artifact_location, lifecycle_stage as stage from experiments where experiment_id = $2::bigint),
  made as (
    insert into logged_models
      (model_id, experiment_id, name, artifact_uri, model_type, source_run_id, created_ms, updated_ms)
    select $1, experiment_id, $3, artifact_location || '/models/' || $1 || '/artifacts', $4, $5, now_ms(), now_ms()
    from experiment where stage = 'active' returning *),
  params as (
    insert into logged_model_params (model_id, key, value)
    select made.model_id, given.key, given.value from made, unnest($6::text[], $7::text[]) as given (key, value)),
  tags as (
    insert into logged_model_tags (model_id, key, value)
    select made.model_id, given.key, given.value from made, unnest($8::text[], $9::text[]) as given (key, value))
  select experiment.stage, made.* from experiment left join made on true`,
};

const find: Statement = {
  name: 'tracking-find-model',
  text: `select ${modelColumns} from logged_models as l
    where l.model_id = $1 and (l.lifecycle_stage = 'active' or $2::boolean)`,
};

const finish: Statement = {
  name: 'tracking-finish-model',
  text: `update logged_models set status = $2, updated_ms = now_ms() where model_id = $1 returning model_id`,
};

const remove: Statement = {
  name: 'tracking-delete-model',
  text: `update logged_models set lifecycle_stage = 'deleted', updated_ms = now_ms() where model_id = $1 returning model_id`,
};

const upsert = (name: string, table: string, onConflict: string): Statement => ({
  name,
  text: `with model as (select model_id from logged_models where model_id = $1),
  given as (
    insert into ${table} as former (model_id, key, value)
    select model.model_id, given.key, given.value from model, unnest($2::text[], $3::text[]) as given (key, value)
    order by given.key on conflict (model_id, key) do update set value = ${onConflict})
  select model_id from model`,
});
const setTags = upsert('tracking-set-model-tags', 'logged_model_tags', 'excluded.value');
const logParams = upsert(
  'tracking-log-model-params',
  'logged_model_params',
  'agreed_param(former.key, former.value, excluded.value)',
);

const deleteTag: Statement = {
  name: 'tracking-delete-model-tag',
  text: `delete from logged_model_tags where model_id = $1 and key = $2 returning model_id`,
};

const columns: { readonly [attribute: string]: string } = {
  name: 'l.name',
  model_id: 'l.model_id',
  model_type: 'l.model_type',
  status: 'l.status',
  source_run_id: 'l.source_run_id',
  creation_timestamp: 'l.created_ms',
  last_updated_timestamp: 'l.updated_ms',
};
const ofModel = (table: string) => ({ table, owner: ['model_id', 'l.model_id'], key: 'key', value: 'value' }) as const;

type Search = Parameters<LoggedModels['searchModels']>[0];

export function loggedModelsOver(prepared: RunPrepared): LoggedModels {
  const demandOne = async (statement: Statement, modelId: string, ...more: readonly unknown[]): Promise<void> => {
    if ((await prepared(statement, [modelId, ...more])).length === 0) throw noModel(modelId);
  };
  return {
    createModel: async ({ modelId, experimentId, name, modelType, sourceRunId, params, tags }) => {
      const id = experimentNumber(experimentId);
      const given = [keysOf(params), valuesOf(params), keysOf(tags), valuesOf(tags)];
      const values = [modelId, id, name, modelType, sourceRunId, ...given];
      const [made] = await prepared<ModelRow & { readonly stage: LifecycleStage }>(create, values);
      demandActiveExperiment(id, made?.stage);
      return { ...toModel(made as ModelRow), params, tags };
    },
    findModel: async (modelId, { deleted }) => {
      const [row] = await prepared<ModelRow>(find, [modelId, deleted]);
      return row && toModel(row);
    },
    finishModel: (modelId, status) => demandOne(finish, modelId, status),
    deleteModel: (modelId) => demandOne(remove, modelId),
    setModelTags: (modelId, tags) => demandOne(setTags, modelId, keysOf(tags), valuesOf(tags)),
    logModelParams: (modelId, params) => demandOne(logParams, modelId, keysOf(params), valuesOf(params)),
    deleteModelTag: async (modelId, key) => {
      if ((await prepared(deleteTag, [modelId, key])).length > 0) return;
      throw new LaurelError('NotFound', `No tag with key '${key}' found for model with ID '${modelId}'.`);
    },
    searchModels: async (search) => {
      const bound = new BoundValues();
      const text = searchText(search, bound);
      const rows = await prepared<ModelRow>({ name: '', text }, bound.values);
      return { items: rows.slice(0, search.limit).map(toModel), more: rows.length > search.limit };
    },
  };
}

function searchText({ experimentIds, filter, order, datasets, offset, limit }: Search, bound: BoundValues): string {
  const onDatasets = datasets.map(({ name, digest }) => {
    const named = `s.dataset_name = ${bound.place(name, 'text')}`;
    return digest === null ? named : `${named} and s.dataset_digest = ${bound.place(digest, 'text')}`;
  });
  const where = onDatasets.length === 0 ? 'true' : `(${onDatasets.map((one) => `(${one})`).join(' or ')})`;
  const measured = filter.some(({ entity }) => entity === 'metric');
  const conditions = [
    `l.experiment_id = any (${bound.place(experimentIds.map(experimentNumber), 'bigint[]')})`,
    `l.lifecycle_stage = 'active'`,
    ...filter.map((comparison) => conditionOf(comparison, { bound, where })),
    ...(onDatasets.length > 0 && !measured
      ? [`exists (select from logged_model_metrics as s where s.model_id = l.model_id and ${where})`]
      : []),
  ];
  const { joins, keys } = orderSql(order, bound);
  return `select ${modelColumns} from logged_models as l ${joins.join(' ')} where ${conditions.join(' and ')}
    order by ${keys.join(', ')} limit ${bound.place(limit + 1, 'bigint')} offset ${bound.place(offset, 'bigint')}`;
}

function conditionOf(
  comparison: SearchComparison,
  { bound, where }: { readonly bound: BoundValues; readonly where: string },
): string {
  if (comparison.entity === 'attribute') return comparisonSql(columnOf(comparison.key), comparison, bound);
  if (comparison.entity === 'tag') return keyedSql(ofModel('logged_model_tags'), comparison, bound);
  if (comparison.entity === 'parameter') return keyedSql(ofModel('logged_model_params'), comparison, bound);
  const metrics = {
    table: 'logged_model_metrics',
    owner: ['model_id', 'l.model_id'],
    key: 'name',
    value: 'value',
    where,
  } as const;
  return keyedSql(metrics, comparison, bound);
}

/** A metric counts with its newest value; models without one come last. */
function orderSql(order: Search['order'], bound: BoundValues) {
  const joins: string[] = [];
  const keys = order.flatMap(({ entity, key, ascending, dataset }, index) => {
    const direction = ascending ? 'asc' : 'desc';
    if (entity === 'attribute') {
      const column = columnOf(key);
      return [`${column}${column.endsWith('_ms') ? '' : ' collate "C"'} ${direction}`];
    }
    const on = dataset === null ? '' : ` and s.dataset_name = ${bound.place(dataset.name, 'text')}`;
    const version =
      dataset === null || dataset.digest === null
        ? ''
        : ` and s.dataset_digest = ${bound.place(dataset.digest, 'text')}`;
    joins.push(`left join lateral (
      select s.value from logged_model_metrics as s
      where s.model_id = l.model_id and s.name = ${bound.place(key, 'text')}${on}${version}
      order by s.logged_ms desc, s.step desc, s.run_id limit 1) as o${index} on true`);
    return [`(o${index}.value is null)`, `o${index}.value ${direction}`];
  });
  const has = (wanted: string) => order.some(({ entity, key }) => entity === 'attribute' && key === wanted);
  if (!has('creation_timestamp')) keys.push('l.created_ms desc');
  if (!has('model_id')) keys.push('l.model_id asc');
  return { joins, keys };
}

function columnOf(key: string): string {
  const column = columns[key];
  if (column === undefined) throw new LaurelError('InvalidInput', `Logged models cannot be searched by '${key}'.`);
  return column;
}

function noModel(modelId: string): LaurelError {
  return new LaurelError('NotFound', `Logged model with ID '${modelId.slice(0, 260)}' not found.`);
}

function toModel(row: ModelRow): LoggedModel {
  return {
    modelId: row.model_id,
    experimentId: String(row.experiment_id),
    name: row.name,
    artifactUri: row.artifact_uri,
    status: row.status,
    modelType: row.model_type,
    sourceRunId: row.source_run_id,
    createdMs: row.created_ms,
    updatedMs: row.updated_ms,
    tags: toPairs(row.tags),
    params: toPairs(row.params),
    metrics: (row.metrics ?? []).map(([key, value, loggedMs, step, runId, datasetName, datasetDigest]) => ({
      key,
      value: Number(value),
      loggedMs,
      step,
      runId,
      datasetName,
      datasetDigest,
    })),
  };
}
