import { LaurelError } from '@laurel/contracts';
import type { LifecycleStage, LoggedBatch, Tracking } from '@laurel/ports';
import type { RunPrepared, Statement } from '../connect.js';
import { keysOf, valuesOf } from './experiments.js';
import { demandActiveRun } from './refusals.js';

const runNameTag = 'mlflow.runName';

/** A part of a batch, as sub-statements over `open`, which has a row if the run is active. */
interface Part {
  readonly letter: string;
  readonly has: (batch: LoggedBatch) => boolean;
  readonly values: (batch: LoggedBatch) => readonly unknown[];
  /** `$n` is the place of its n-th value, counted from 1. */
  readonly sql: (place: (n: number) => string) => string;
}

/**
 * The same point twice is one point, so that a call may be repeated. The newest value of a metric is the one of its last
 * step, then of its last time, then the largest; NaN counts as 0 there, as MLflow stores it.
 */
const metrics: Part = {
  letter: 'm',
  has: (batch) => batch.metrics.length > 0,
  values: ({ metrics }) => [
    metrics.map(({ key }) => key),
    metrics.map(({ step }) => step),
    metrics.map(({ loggedMs }) => loggedMs),
    metrics.map(({ value }) => value),
  ],
  sql: ($) => `given as (
    select m.* from open, unnest(${$(1)}::text[], ${$(2)}::bigint[], ${$(3)}::bigint[], ${$(4)}::double precision[])
      as m (name, step, logged_ms, value)),
  logged as (
    insert into run_metrics (run_id, name, step, logged_ms, value)
    select $1, name, step, logged_ms, value from given on conflict do nothing),
  latest as (
    insert into run_latest_metrics as former (run_id, name, step, logged_ms, value)
    select distinct on (name) $1, name, step, logged_ms, value from given
    order by name, step desc, logged_ms desc, case when value = 'NaN' then 0 else value end desc
    on conflict (run_id, name) do update
      set step = excluded.step, logged_ms = excluded.logged_ms, value = excluded.value
      where (excluded.step, excluded.logged_ms, case when excluded.value = 'NaN' then 0 else excluded.value end)
        > (former.step, former.logged_ms, case when former.value = 'NaN' then 0 else former.value end))`,
};

/** Metrics that measure a logged model are also the model's. */
const modelMetrics: Part = {
  letter: 'l',
  has: (batch) => measuring(batch).length > 0,
  values: (batch) => {
    const points = measuring(batch);
    return [
      points.map(({ model }) => model.modelId),
      points.map(({ key }) => key),
      points.map(({ step }) => step),
      points.map(({ loggedMs }) => loggedMs),
      points.map(({ value }) => value),
      points.map(({ model }) => model.datasetName),
      points.map(({ model }) => model.datasetDigest),
    ];
  },
  sql: ($) => `measured as (
    insert into logged_model_metrics
      (run_id, model_id, name, step, logged_ms, value, dataset_name, dataset_digest)
    select $1, m.* from open, unnest(${$(1)}::text[], ${$(2)}::text[], ${$(3)}::bigint[], ${$(4)}::bigint[],
      ${$(5)}::double precision[], ${$(6)}::text[], ${$(7)}::text[]) as m
    on conflict do nothing)`,
};

const measuring = ({ metrics }: LoggedBatch) =>
  metrics.flatMap(({ model, ...point }) => (model === undefined ? [] : [{ ...point, model }]));

/** A param that was logged before keeps its value; another value is refused, and the whole statement with it. */
const params: Part = {
  letter: 'p',
  has: (batch) => batch.params.length > 0,
  values: ({ params }) => [keysOf(params), valuesOf(params)],
  sql: ($) => `params as (
    insert into run_params as former (run_id, key, value)
    select $1, given.key, given.value from open, unnest(${$(1)}::text[], ${$(2)}::text[]) as given (key, value)
    order by given.key
    on conflict (run_id, key) do update set value = agreed_param(former.key, former.value, excluded.value)
      where former.value <> excluded.value)`,
};

const tags: Part = {
  letter: 't',
  has: (batch) => batch.tags.length > 0,
  values: ({ tags }) => {
    const last = [...new Map(tags.map((tag) => [tag.key, tag])).values()];
    const name = last.find(({ key }) => key === runNameTag)?.value;
    return [keysOf(last), valuesOf(last), name || null];
  },
  sql: ($) => `tags as (
    insert into run_tags (run_id, key, value)
    select $1, given.key, given.value from open, unnest(${$(1)}::text[], ${$(2)}::text[]) as given (key, value)
    order by given.key
    on conflict (run_id, key) do update set value = excluded.value),
  named as (
    update tracked_runs set name = ${$(3)}::text from open where run_id = $1 and ${$(3)}::text is not null)`,
};

const allParts = [metrics, modelMetrics, params, tags];
const statements = new Map<string, Statement>();

/** The statement for what a batch has, so that a single metric does not pay for the rest. */
function statementOf(parts: readonly Part[]): Statement {
  const letters = parts.map(({ letter }) => letter).join('');
  const known = statements.get(letters);
  if (known !== undefined) return known;
  let taken = 1;
  const sql = parts.map((part) => {
    const before = taken;
    let used = 0;
    const text = part.sql((n) => {
      used = Math.max(used, n);
      return `$${before + n}`;
    });
    taken += used;
    return text;
  });
  const text = `with run as (select lifecycle_stage as stage from tracked_runs where run_id = $1),
  open as (select 1 as yes from run where stage = 'active')${sql.map((part) => `,\n  ${part}`).join('')}
  select stage from run`;
  const statement = { name: `tracking-log-${letters}`, text };
  statements.set(letters, statement);
  return statement;
}

const deleteTag: Statement = {
  name: 'tracking-delete-tag',
  text: `with run as (select lifecycle_stage as stage from tracked_runs where run_id = $1),
  gone as (
    delete from run_tags using run where run_id = $1 and key = $2 and run.stage = 'active' returning run_tags.key)
  select stage, exists (select from gone) as gone from run`,
};

const appendToTag: Statement = {
  name: 'tracking-append-to-tag',
  text: `with run as (select lifecycle_stage as stage from tracked_runs where run_id = $1),
  tagged as (
    insert into run_tags as former (run_id, key, value)
    select $1, $2, jsonb_build_array($3::jsonb)::text from run where stage = 'active'
    on conflict (run_id, key) do update set value = case when former.value::jsonb @> excluded.value::jsonb
      then former.value else (former.value::jsonb || excluded.value::jsonb)::text end)
  select stage from run`,
};

export function loggingOver(prepared: RunPrepared): Pick<Tracking, 'logBatch' | 'deleteTag' | 'appendToTag'> {
  return {
    logBatch: async (runId, batch) => {
      const parts = allParts.filter((part) => part.has(batch));
      const values = [runId, ...parts.flatMap((part) => part.values(batch))];
      const [run] = await prepared<{ readonly stage: LifecycleStage }>(statementOf(parts), values);
      demandActiveRun(runId, run?.stage);
    },
    appendToTag: async (runId, key, value) => {
      const values = [runId, key, JSON.stringify(value)];
      const [run] = await prepared<{ readonly stage: LifecycleStage }>(appendToTag, values);
      demandActiveRun(runId, run?.stage);
    },
    deleteTag: async (runId, key) => {
      type Standing = { readonly stage: LifecycleStage; readonly gone: boolean };
      const [run] = await prepared<Standing>(deleteTag, [runId, key]);
      demandActiveRun(runId, run?.stage);
      if (run?.gone === true) return;
      throw new LaurelError('NotFound', `No tag with name: ${key} in run with id ${runId}`);
    },
  };
}
