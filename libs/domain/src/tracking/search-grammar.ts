/** What a comparison is about. */
export type SearchEntity = 'attribute' | 'metric' | 'parameter' | 'tag' | 'dataset';

export type SearchComparator =
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'LIKE'
  | 'ILIKE'
  | 'IN'
  | 'NOT IN'
  | 'IS NULL'
  | 'IS NOT NULL';

/** One condition of a filter; all of them must hold. `null` goes with `IS NULL` and `IS NOT NULL`. */
export interface SearchComparison {
  readonly entity: SearchEntity;
  /** An attribute's name after aliases, or the key of a metric, param or tag. */
  readonly key: string;
  readonly comparator: SearchComparator;
  readonly value: string | number | readonly string[] | null;
}

export interface SearchOrder {
  readonly entity: SearchEntity;
  readonly key: string;
  readonly ascending: boolean;
}

/** What may be searched in one kind of thing. */
export interface SearchGrammar {
  /** Words before the dot. */
  readonly entities: { readonly [word: string]: SearchEntity };
  readonly attributes: { readonly [key: string]: 'text' | 'number' | 'integer' };
  /** Other names of attributes. */
  readonly aliases: { readonly [key: string]: string };
  /** Attributes that may be compared with a list. */
  readonly lists: readonly string[];
  /** Entities that may be asked for `IS NULL`. */
  readonly nullable: readonly SearchEntity[];
  readonly orderable: { readonly [word: string]: SearchEntity };
  /** Other names of attributes in an order. */
  readonly orderAliases: { readonly [key: string]: string };
  readonly orderableAttributes: readonly string[];
}

/** What was read, or what stands in the way, as a sentence. */
export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: string };

const tags = { tag: 'tag', tags: 'tag' } as const;

const runEntities = {
  ...tags,
  metric: 'metric',
  metrics: 'metric',
  parameter: 'parameter',
  parameters: 'parameter',
  param: 'parameter',
  params: 'parameter',
  attribute: 'attribute',
  attributes: 'attribute',
  attr: 'attribute',
  run: 'attribute',
  dataset: 'dataset',
  datasets: 'dataset',
} as const;

/** Runs; attributes of `mlflow/entities/run_info.py`. */
export const runGrammar: SearchGrammar = {
  entities: runEntities,
  attributes: {
    artifact_uri: 'text',
    end_time: 'number',
    run_id: 'text',
    run_name: 'text',
    start_time: 'number',
    status: 'text',
    user_id: 'text',
  },
  aliases: {
    created: 'start_time',
    Created: 'start_time',
    'run name': 'run_name',
    'Run name': 'run_name',
    'Run Name': 'run_name',
  },
  lists: ['run_id'],
  nullable: ['tag', 'parameter'],
  orderable: runEntities,
  orderAliases: { created: 'start_time', Created: 'start_time' },
  orderableAttributes: ['artifact_uri', 'end_time', 'run_id', 'run_name', 'start_time', 'status', 'user_id'],
};

const experimentKeys = ['name', 'experiment_id', 'creation_time', 'last_update_time'];

export const experimentGrammar: SearchGrammar = {
  entities: { ...tags, attribute: 'attribute' },
  attributes: { name: 'text', experiment_id: 'text', creation_time: 'integer', last_update_time: 'integer' },
  aliases: {},
  lists: ['experiment_id'],
  nullable: ['tag'],
  orderable: { attribute: 'attribute' },
  orderAliases: {},
  orderableAttributes: experimentKeys,
};

const modelTimeAliases = { creation_time: 'creation_timestamp', last_updated_time: 'last_updated_timestamp' } as const;
const modelTimes = { creation_timestamp: 'number', last_updated_timestamp: 'number' } as const;

export const loggedModelGrammar: SearchGrammar = {
  entities: { attributes: 'attribute', metrics: 'metric', params: 'parameter', tags: 'tag' },
  attributes: {
    ...modelTimes,
    name: 'text',
    model_id: 'text',
    model_type: 'text',
    status: 'text',
    source_run_id: 'text',
  },
  aliases: modelTimeAliases,
  lists: ['name', 'model_id', 'model_type', 'status', 'source_run_id'],
  nullable: [],
  orderable: { metrics: 'metric' },
  orderAliases: modelTimeAliases,
  orderableAttributes: ['name', 'model_id', 'model_type', 'status', 'source_run_id', ...Object.keys(modelTimes)],
};
