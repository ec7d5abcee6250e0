import { randomUUID } from 'node:crypto';
import { loggedModelGrammar, parseFilter, parseOrder, runName, type SearchOrder } from '@laurel/domain';
import type { DatasetReference, KeyValue, LoggedModel, LoggedModelStatus } from '@laurel/ports';
import type { Arguments } from './arguments.js';
import { foundLoggedModel } from './found.js';
import { demandParsed, limitIn, nextPage, offsetIn } from './paging.js';
import type { MlflowRoute } from './route.js';
import { shownMetric } from './shown-runs.js';

const statuses: { readonly [status in LoggedModelStatus]: number } = {
  LOGGED_MODEL_PENDING: 1,
  LOGGED_MODEL_READY: 2,
  LOGGED_MODEL_UPLOAD_FAILED: 3,
};
const model = 'mlflow/logged-models/:model_id';
const page = { usual: 100, most: 1_000 };

/** Models that clients log, before anybody registers them. */
export const loggedModelRoutes: readonly MlflowRoute[] = [
  {
    method: 'POST',
    path: 'mlflow/logged-models',
    allow: 'operator',
    answer: async ({ args, ports }) => ({
      model: shownModel(
        await ports.loggedModels.createModel({
          modelId: `m-${randomUUID().replaceAll('-', '')}`,
          experimentId: args.demandText('experiment_id'),
          name: modelName(args) ?? runName(Math.random()),
          modelType: args.text('model_type') ?? '',
          sourceRunId: args.text('source_run_id') ?? '',
          params: pairsIn(args, 'params'),
          tags: pairsIn(args, 'tags'),
        }),
      ),
    }),
  },
  {
    method: 'POST',
    path: 'mlflow/logged-models/search',
    allow: 'viewer',
    answer: async ({ args, ports }) => {
      const search = {
        experimentIds: args.texts('experiment_ids'),
        filter: demandParsed(parseFilter(args.text('filter') ?? '', loggedModelGrammar)),
        order: args.messages('order_by').map(orderIn),
        datasets: args.messages('datasets').map((dataset) => ({
          name: dataset.demandText('dataset_name'),
          digest: dataset.text('dataset_digest') || null,
        })),
        offset: offsetIn(args),
        limit: limitIn(args, page),
      };
      if (search.experimentIds.length === 0) throw args.missing('experiment_ids');
      const { items, more } = await ports.loggedModels.searchModels(search);
      return { models: items.map(shownModel), ...nextPage(more, search.offset + search.limit) };
    },
  },
  {
    method: 'GET',
    path: model,
    allow: 'viewer',
    answer: async ({ args, path, ports }) => {
      const deleted = args.flag('allow_deleted') ?? false;
      const found = await foundLoggedModel(ports.loggedModels, path.demandText('model_id'), { deleted });
      return { model: shownModel(found) };
    },
  },
  {
    method: 'PATCH',
    path: model,
    allow: 'operator',
    answer: async ({ args, path, ports }) => {
      const status = args.word('status', statuses);
      if (status === undefined) throw args.missing('status');
      const modelId = path.demandText('model_id');
      await ports.loggedModels.finishModel(modelId, status);
      return { model: shownModel(await foundLoggedModel(ports.loggedModels, modelId, { deleted: true })) };
    },
  },
  {
    method: 'DELETE',
    path: model,
    allow: 'operator',
    answer: async ({ path, ports }) => {
      await ports.loggedModels.deleteModel(path.demandText('model_id'));
      return {};
    },
  },
  {
    method: 'PATCH',
    path: `${model}/tags`,
    allow: 'operator',
    answer: async ({ args, path, ports }) => {
      await ports.loggedModels.setModelTags(path.demandText('model_id'), pairsIn(args, 'tags'));
      return {};
    },
  },
  {
    method: 'DELETE',
    path: `${model}/tags/:tag_key`,
    allow: 'operator',
    answer: async ({ path, ports }) => {
      await ports.loggedModels.deleteModelTag(path.demandText('model_id'), path.demandText('tag_key'));
      return {};
    },
  },
  {
    method: 'POST',
    path: `${model}/params`,
    allow: 'operator',
    answer: async ({ args, path, ports }) => {
      await ports.loggedModels.logModelParams(path.demandText('model_id'), pairsIn(args, 'params'));
      return {};
    },
  },
];

/** Names become parts of paths and of URIs. */
function modelName(args: Arguments): string | undefined {
  const name = args.text('name');
  if (name === undefined || name === '') return undefined;
  if (/[/:.%"']/.test(name)) {
    throw args.invalid('name', `Model name must be a non-empty string and cannot contain any of / : . % " '`);
  }
  return name;
}

/** Of a key that comes twice the last value counts. */
function pairsIn(args: Arguments, name: string): readonly KeyValue[] {
  const pairs = args.messages(name).map((pair) => ({ key: pair.demandText('key'), value: pair.text('value') ?? '' }));
  return [...new Map(pairs.map((pair) => [pair.key, pair])).values()];
}

function orderIn(args: Arguments): SearchOrder & { readonly dataset: DatasetReference | null } {
  const field = args.demandText('field_name');
  const dot = field.indexOf('.');
  const key = field.slice(dot + 1);
  const written = dot !== -1 && !/^[`"]/.test(key) ? `${field.slice(0, dot)}.\`${key}\`` : field;
  const order = demandParsed(parseOrder(written, loggedModelGrammar));
  const [name, digest] = [args.text('dataset_name') || null, args.text('dataset_digest') || null];
  if (name === null && digest !== null) throw args.missing('dataset_name');
  return {
    ...order,
    ascending: args.flag('ascending') ?? true,
    dataset: name === null ? null : { name, digest },
  };
}

function shownModel(model: LoggedModel) {
  return {
    info: {
      model_id: model.modelId,
      experiment_id: model.experimentId,
      name: model.name,
      creation_timestamp_ms: model.createdMs,
      last_updated_timestamp_ms: model.updatedMs,
      artifact_uri: model.artifactUri,
      status: model.status,
      model_type: model.modelType,
      source_run_id: model.sourceRunId,
      tags: model.tags,
    },
    data: {
      params: model.params,
      metrics: model.metrics.map((metric) => ({
        ...shownMetric(metric),
        model_id: model.modelId,
        run_id: metric.runId,
        ...(metric.datasetName === null ? {} : { dataset_name: metric.datasetName }),
        ...(metric.datasetDigest === null ? {} : { dataset_digest: metric.datasetDigest }),
      })),
    },
  };
}
