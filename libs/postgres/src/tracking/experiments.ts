import { isLaurelError, LaurelError } from '@laurel/contracts';
import type { Experiment, KeyValue, LifecycleStage, Tracking } from '@laurel/ports';
import type { Selectable } from 'kysely';
import type { RunPrepared, Statement } from '../connect.js';
import type { ExperimentsTable } from '../tables/tracking.js';
import { demandActiveExperiment, experimentNumber, noExperiment } from './refusals.js';

type ExperimentCalls =
  | 'createExperiment'
  | 'findExperiment'
  | 'findExperimentByName'
  | 'renameExperiment'
  | 'deleteExperiment'
  | 'restoreExperiment'
  | 'setExperimentTag'
  | 'deleteExperimentTag';

/** Keys and values as `json_agg(json_build_array(key, value))` gives them. */
export type Pairs = readonly (readonly [string, string])[] | null;

export type ExperimentRow = Selectable<ExperimentsTable> & { readonly tags: Pairs };

/** Columns of an `ExperimentRow` from `experiments as e`. */
export const experimentColumns = `e.*, (
  select json_agg(json_build_array(t.key, t.value) order by t.key)
  from experiment_tags as t where t.experiment_id = e.experiment_id) as tags`;

const create: Statement = {
  name: 'tracking-create-experiment',
  text: `with numbered as (select nextval(pg_get_serial_sequence('experiments', 'experiment_id')) as id
    where not exists (select from experiments where name = $1)),
  made as (
    insert into experiments (experiment_id, name, artifact_location, created_ms, updated_ms)
    select id, $1, coalesce($2, 'mlflow-artifacts:/' || id), now_ms(), now_ms() from numbered
    on conflict (name) do nothing returning experiment_id),
  tagged as (
    insert into experiment_tags (experiment_id, key, value)
    select made.experiment_id, given.key, given.value
    from made, unnest($3::text[], $4::text[]) as given (key, value))
  select experiment_id from made`,
};

const find: Statement = {
  name: 'tracking-find-experiment',
  text: `select ${experimentColumns} from experiments as e where e.experiment_id = $1::bigint`,
};

const findByName: Statement = {
  name: 'tracking-find-experiment-by-name',
  text: `select ${experimentColumns} from experiments as e where e.name = $1`,
};

const rename: Statement = {
  name: 'tracking-rename-experiment',
  text: `with standing as (select lifecycle_stage as stage from experiments where experiment_id = $1::bigint),
  renamed as (
    update experiments set name = $2, updated_ms = now_ms()
    where experiment_id = $1::bigint and lifecycle_stage = 'active')
  select stage from standing`,
};

/** Moves an experiment and its runs from one stage to the other. */
const move: Statement = {
  name: 'tracking-move-experiment',
  text: `with moved as (
    update experiments set lifecycle_stage = $3, updated_ms = now_ms()
    where experiment_id = $1::bigint and lifecycle_stage = $2 returning experiment_id),
  runs as (
    update tracked_runs set lifecycle_stage = $3, deleted_ms = case when $3 = 'deleted' then now_ms() end
    from moved where tracked_runs.experiment_id = moved.experiment_id)
  select experiment_id from moved`,
};

const setTag: Statement = {
  name: 'tracking-set-experiment-tag',
  text: `with standing as (
    select experiment_id, lifecycle_stage as stage from experiments where experiment_id = $1::bigint),
  tagged as (
    insert into experiment_tags (experiment_id, key, value)
    select experiment_id, $2, $3 from standing where stage = 'active'
    on conflict (experiment_id, key) do update set value = excluded.value)
  select stage from standing`,
};

const deleteTag: Statement = {
  name: 'tracking-delete-experiment-tag',
  text: `with standing as (
    select experiment_id, lifecycle_stage as stage from experiments where experiment_id = $1::bigint),
  gone as (
    delete from experiment_tags using standing
    where experiment_tags.experiment_id = standing.experiment_id and stage = 'active' and key = $2 returning key)
  select stage, exists (select from gone) as gone from standing`,
};

export function experimentsOver(prepared: RunPrepared): Pick<Tracking, ExperimentCalls> {
  const findOne = async (statement: Statement, value: string): Promise<Experiment | undefined> => {
    const [row] = await prepared<ExperimentRow>(statement, [value]);
    return row && toExperiment(row);
  };
  const moveBetween = async (experimentId: string, from: LifecycleStage, to: LifecycleStage): Promise<void> => {
    const id = experimentNumber(experimentId);
    if ((await prepared(move, [id, from, to])).length === 0) throw noExperiment(id);
  };
  return {
    createExperiment: async ({ name, artifactLocation, tags }) => {
      const values = [name, artifactLocation, keysOf(tags), valuesOf(tags)];
      const [made] = await prepared<{ readonly experiment_id: number }>(create, values);
      if (made === undefined) throw nameTaken(name);
      return String(made.experiment_id);
    },
    findExperiment: (experimentId) => findOne(find, experimentNumber(experimentId)),
    findExperimentByName: (name) => findOne(findByName, name),
    renameExperiment: async (experimentId, name) => {
      const id = experimentNumber(experimentId);
      const [standing] = await prepared<{ readonly stage: LifecycleStage }>(rename, [id, name]).catch((error) => {
        throw isLaurelError(error) && error.code === 'Conflict' ? nameTaken(name) : error;
      });
      demandActiveExperiment(id, standing?.stage);
    },
    deleteExperiment: (experimentId) => moveBetween(experimentId, 'active', 'deleted'),
    restoreExperiment: (experimentId) => moveBetween(experimentId, 'deleted', 'active'),
    setExperimentTag: async (experimentId, { key, value }) => {
      const id = experimentNumber(experimentId);
      const [standing] = await prepared<{ readonly stage: LifecycleStage }>(setTag, [id, key, value]);
      demandActiveExperiment(id, standing?.stage);
    },
    deleteExperimentTag: async (experimentId, key) => {
      const id = experimentNumber(experimentId);
      type Standing = { readonly stage: LifecycleStage; readonly gone: boolean };
      const [standing] = await prepared<Standing>(deleteTag, [id, key]);
      demandActiveExperiment(id, standing?.stage);
      if (standing?.gone === true) return;
      throw new LaurelError('NotFound', `No tag with name: ${key} in experiment with id ${id}`);
    },
  };
}

function nameTaken(name: string): LaurelError {
  return new LaurelError('AlreadyExists', `Experiment(name=${name}) already exists.`);
}

export const keysOf = (pairs: readonly KeyValue[]) => pairs.map(({ key }) => key);
export const valuesOf = (pairs: readonly KeyValue[]) => pairs.map(({ value }) => value);
export const toPairs = (rows: Pairs) => (rows ?? []).map(([key, value]) => ({ key, value }));

export function toExperiment(row: ExperimentRow): Experiment {
  return {
    experimentId: String(row.experiment_id),
    name: row.name,
    artifactLocation: row.artifact_location,
    lifecycleStage: row.lifecycle_stage,
    createdMs: row.created_ms,
    updatedMs: row.updated_ms,
    tags: toPairs(row.tags),
  };
}
