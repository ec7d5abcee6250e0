import { LaurelError } from '@laurel/contracts';
import { trackingLimits } from '@laurel/domain';
import type { KeyValue, LoggedBatch, LoggedMetric } from '@laurel/ports';
import type { Arguments } from './arguments.js';
import { nameIn, paramIn, tagIn } from './pairs.js';
import type { MlflowCall, MlflowRoute } from './route.js';

/** What is logged to runs; every call may be sent twice. */
export const loggingRoutes: readonly MlflowRoute[] = [
  logging('log-metric', (args) => ({ metrics: [metricIn(args)] })),
  logging('log-parameter', (args) => ({ params: [paramIn(args)] })),
  logging('set-tag', (args) => ({ tags: [tagIn(args)] })),
  logging('log-batch', batchIn),
  {
    method: 'POST',
    path: 'mlflow/runs/log-model',
    allow: 'operator',
    answer: async ({ args, ports }) => {
      const runId = args.demandRunId();
      const model = describedModel(args);
      await ports.tracking.appendToTag(runId, 'mlflow.log-model.history', model);
      return {};
    },
  },
  {
    method: 'POST',
    path: 'mlflow/runs/delete-tag',
    allow: 'operator',
    answer: async ({ args, ports }) => {
      await ports.tracking.deleteTag(args.demandRunId(), args.demandText('key'));
      return {};
    },
  },
];

function logging(name: string, read: (args: Arguments) => Partial<LoggedBatch>): MlflowRoute {
  return {
    method: 'POST',
    path: `mlflow/runs/${name}`,
    allow: 'operator',
    answer: async ({ args, ports }: MlflowCall) => {
      const batch = { metrics: [], params: [], tags: [], ...read(args) };
      await ports.tracking.logBatch(args.demandRunId(), batch);
      return {};
    },
  };
}

function batchIn(args: Arguments): LoggedBatch {
  const batch = {
    metrics: args.messages('metrics').map(metricIn),
    params: args.messages('params').map(paramIn),
    tags: args.messages('tags').map(tagIn),
  };
  const { metricsPerBatch, paramsPerBatch, tagsPerBatch, entitiesPerBatch } = trackingLimits;
  demandAtMost(metricsPerBatch, 'metrics', batch.metrics.length);
  demandAtMost(paramsPerBatch, 'params', batch.params.length);
  demandAtMost(tagsPerBatch, 'tags', batch.tags.length);
  const all = batch.metrics.length + batch.params.length + batch.tags.length;
  demandAtMost(entitiesPerBatch, 'metrics, params, and tags', all);
  demandDistinct(batch.params);
  return batch;
}

function metricIn(args: Arguments): LoggedMetric {
  const key = nameIn(args);
  const loggedMs = args.demandInteger('timestamp');
  if (loggedMs < 0) throw args.invalid('timestamp', 'Timestamp must be a nonnegative long (64-bit integer)');
  const point = { key, value: args.demandDouble('value'), loggedMs, step: args.integer('step') ?? 0 };
  const modelId = args.text('model_id');
  if (modelId === undefined || modelId === '') return point;
  const data = { datasetName: args.text('dataset_name') || null, datasetDigest: args.text('dataset_digest') || null };
  return { ...point, model: { modelId, ...data } };
}

function demandAtMost(limit: number, what: string, length: number): void {
  if (length <= limit) return;
  throw new LaurelError(
    'InvalidInput',
    `A batch logging request can contain at most ${limit} ${what}. Got ${length} ${what}. ` +
      `Please split up ${what} across multiple requests and try again.`,
  );
}

function demandDistinct(params: readonly KeyValue[]): void {
  if (new Set(params.map(({ key }) => key)).size === params.length) return;
  const twice = params.filter(({ key }, place) => params.findIndex((other) => other.key === key) < place);
  throw new LaurelError(
    'InvalidInput',
    `Duplicate parameter keys have been submitted: [${twice.map(({ key }) => `'${key}'`).join(', ')}]. ` +
      'Please ensure the request contains only one param value per param key.',
  );
}

const modelFields = ['artifact_path', 'flavors', 'utc_time_created', 'run_id'];

/** The description of a model that older clients log to their run. */
function describedModel(args: Arguments): unknown {
  const text = args.demandText('model_json');
  let model: unknown;
  try {
    model = JSON.parse(text);
  } catch {
    throw args.invalid('model_json', 'it is not valid JSON');
  }
  const missing = modelFields.filter((field) => !Object.hasOwn(Object(model) as object, field));
  if (missing.length === 0) return model;
  throw args.invalid('model_json', `Model json is missing mandatory fields: ${missing.join(', ')}`);
}
