import type { LifecycleStage, Tracking } from '@laurel/ports';
import type { RunPrepared, Statement } from '../connect.js';
import { demandActiveRun, experimentNumber } from './refusals.js';

const contextTag = 'mlflow.data.context';

/** Datasets are known by name and digest within their experiment; the first description of one stays, and so do its tags. */
const logInputs: Statement = {
  name: 'tracking-log-inputs',
  text: `with run as (select experiment_id, lifecycle_stage as stage from tracked_runs where run_id = $1),
  given as (
    select run.experiment_id, d.* from run, json_to_recordset($2::json) as d (
      name text, digest text, source_type text, source text, schema text, profile text, context text, tags jsonb)
    where run.stage = 'active'),
  known as (
    insert into tracked_datasets as former (experiment_id, name, digest, source_type, source, schema, profile)
    select experiment_id, name, digest, source_type, source, schema, profile from given order by name, digest
    on conflict (experiment_id, name, digest) do update set digest = excluded.digest
    returning dataset_id, name, digest),
  linked as (
    insert into run_datasets (run_id, dataset_id, context, tags)
    select $1, known.dataset_id, given.context, given.tags from given join known using (name, digest)
    on conflict do nothing),
  models as (
    insert into run_models (run_id, model_id, role)
    select $1, m.id, 'input' from run, unnest($3::text[]) as m (id) where run.stage = 'active'
    on conflict do nothing)
  select stage from run`,
};

const logOutputs: Statement = {
  name: 'tracking-log-outputs',
  text: `with run as (select lifecycle_stage as stage from tracked_runs where run_id = $1),
  models as (
    insert into run_models (run_id, model_id, role, step)
    select $1, m.id, 'output', m.step from run, unnest($2::text[], $3::bigint[]) as m (id, step)
    where run.stage = 'active'
    on conflict (run_id, role, model_id) do update set step = excluded.step)
  select stage from run`,
};

const searchDatasets: Statement = {
  name: 'tracking-search-datasets',
  text: `select distinct d.experiment_id, d.name, d.digest, i.context
    from tracked_datasets as d join run_datasets as i using (dataset_id)
    where d.experiment_id = any ($1::bigint[]) order by 1, 2, 3, 4 limit 1000`,
};

interface SummaryRow {
  readonly experiment_id: number;
  readonly name: string;
  readonly digest: string;
  readonly context: string | null;
}

export function runLinksOver(prepared: RunPrepared): Pick<Tracking, 'logInputs' | 'logOutputs' | 'searchDatasets'> {
  return {
    logInputs: async (runId, { datasets, modelIds }) => {
      const first = new Map(
        datasets.toReversed().map((input) => [`${input.dataset.digest} ${input.dataset.name}`, input]),
      );
      const rows = [...first.values()].map(({ dataset, tags }) => ({
        name: dataset.name,
        digest: dataset.digest,
        source_type: dataset.sourceType,
        source: dataset.source,
        schema: dataset.schema,
        profile: dataset.profile,
        context: tags.find(({ key }) => key === contextTag)?.value ?? null,
        tags: tags.map(({ key, value }) => [key, value]),
      }));
      const values = [runId, JSON.stringify(rows), modelIds];
      const [run] = await prepared<{ readonly stage: LifecycleStage }>(logInputs, values);
      demandActiveRun(runId, run?.stage);
    },
    logOutputs: async (runId, models) => {
      const distinct = [...new Map(models.map((model) => [model.modelId, model])).values()];
      const values = [runId, distinct.map(({ modelId }) => modelId), distinct.map(({ step }) => step)];
      const [run] = await prepared<{ readonly stage: LifecycleStage }>(logOutputs, values);
      demandActiveRun(runId, run?.stage);
    },
    searchDatasets: async (experimentIds) => {
      const rows = await prepared<SummaryRow>(searchDatasets, [experimentIds.map(experimentNumber)]);
      return rows.map(({ experiment_id, ...summary }) => ({ ...summary, experimentId: String(experiment_id) }));
    },
  };
}
