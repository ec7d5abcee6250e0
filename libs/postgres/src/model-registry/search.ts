import type { ModelRegistry, RegistryCondition, RegistrySearch } from '@laurel/ports';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Connection } from '../transact.js';
import { selectModels, selectVersions, toModels, toVersion } from './rows.js';

type SearchCalls = Pick<ModelRegistry, 'searchModels' | 'searchVersions'>;

/** MLflow keeps prompts as registered models that carry this tag; the tag of the model decides for its versions too. */
const promptTag = 'mlflow.prompt.is_prompt';

/** Where a search reads: the table, the table of its tags, and how both are joined. */
interface Searched {
  readonly table: 'registered_models' | 'registered_versions';
  readonly tags: RawBuilder<unknown>;
  readonly promptTags: RawBuilder<unknown>;
}

const models: Searched = {
  table: 'registered_models',
  tags: sql`registered_model_tags t where t.name = registered_models.name`,
  promptTags: sql`registered_model_tags t where t.name = registered_models.name`,
};

const versions: Searched = {
  table: 'registered_versions',
  tags: sql`registered_version_tags t where t.name = registered_versions.name and t.version = registered_versions.version`,
  promptTags: sql`registered_version_tags t where t.name = registered_versions.name`,
};

const columns = {
  name: 'name',
  version: 'version',
  runId: 'run_id',
  source: 'source',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
} as const;

/** Search over both tables. Text is ordered byte by byte, the same on every machine. */
export function searchCalls(db: Connection): SearchCalls {
  return {
    searchModels: async (search) => {
      const rows = await selectModels(db)
        .where(conditionOf(models, search))
        .orderBy(orderOf(models, search))
        .limit(search.limit)
        .offset(search.offset)
        .execute();
      return toModels(db, rows);
    },
    searchVersions: async (search) => {
      const rows = await selectVersions(db)
        .where(conditionOf(versions, search))
        .orderBy(orderOf(versions, search))
        .limit(search.limit)
        .offset(search.offset)
        .execute();
      return rows.map(toVersion);
    },
  };
}

function conditionOf(searched: Searched, { conditions, prompts }: RegistrySearch): RawBuilder<SqlBool> {
  const isPrompt = sql`exists (select from ${searched.promptTags} and t.key = ${promptTag} and t.value = 'true')`;
  const own = conditions.filter(({ field }) => prompts || field.kind !== 'tag' || field.key !== promptTag);
  const parts = [prompts ? sql`true` : sql`not ${isPrompt}`, ...tagParts(searched, own), ...columnParts(searched, own)];
  return sql<SqlBool>`${sql.join(parts, sql` and `)}`;
}

/** All conditions on one tag must hold for the same value; a model without the tag fails them all. */
function tagParts({ tags }: Searched, conditions: readonly RegistryCondition[]): readonly RawBuilder<unknown>[] {
  const byTag = Map.groupBy(
    conditions.filter(({ field }) => field.kind === 'tag'),
    ({ field }) => (field.kind === 'tag' ? field.key : ''),
  );
  return [...byTag].map(([key, own]) => {
    const tests = own.map((condition) => comparison(sql`t.value`, condition));
    return sql`exists (select from ${tags} and t.key = ${key} and ${sql.join(tests, sql` and `)})`;
  });
}

function columnParts({ table }: Searched, conditions: readonly RegistryCondition[]): readonly RawBuilder<unknown>[] {
  return conditions.flatMap((condition) =>
    condition.field.kind === 'tag' ? [] : [comparison(sql.ref(`${table}.${columns[condition.field.kind]}`), condition)],
  );
}

const operators = { '=': '=', '!=': '!=', '<': '<', '<=': '<=', '>': '>', '>=': '>=', like: 'like', ilike: 'ilike' };

function comparison(left: RawBuilder<unknown>, { operator, value }: RegistryCondition): RawBuilder<unknown> {
  if (operator === 'in') return sql`${left} = any(${value})`;
  if (operator === 'not in') return sql`${left} != all(${value})`;
  return sql`${left} ${sql.raw(operators[operator])} ${value}`;
}

function orderOf({ table }: Searched, { order }: RegistrySearch): RawBuilder<unknown> {
  const parts = order.map(({ field, descending }) => {
    const column = sql.ref(`${table}.${columns[field]}`);
    const sorted = field === 'name' ? sql`${column} collate "C"` : column;
    return descending ? sql`${sorted} desc` : sorted;
  });
  return sql.join(parts);
}
