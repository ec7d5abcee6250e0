import { LaurelError } from '@laurel/contracts';
import { trackingLimits } from '@laurel/domain';
import type { DatasetInput, KeyValue } from '@laurel/ports';
import type { Arguments } from './arguments.js';
import { limited } from './pairs.js';
import type { MlflowRoute } from './route.js';

const mostInputs = 1_000;
/** Bytes: profiles of datasets are large. */
const inputsLimit = 32 * 1_048_576;

/** What went into runs and came out of them. */
export const runLinkRoutes: readonly MlflowRoute[] = [
  {
    method: 'POST',
    path: 'mlflow/runs/log-inputs',
    allow: 'operator',
    bodyLimit: inputsLimit,
    answer: async ({ args, ports }) => {
      const datasets = atMost(args.messages('datasets'), 'datasets').map(datasetIn);
      const modelIds = atMost(args.messages('models'), 'models').map((model) => model.demandText('model_id'));
      await ports.tracking.logInputs(args.demandRunId(), { datasets, modelIds });
      return {};
    },
  },
  {
    method: 'POST',
    path: 'mlflow/runs/outputs',
    allow: 'operator',
    answer: async ({ args, ports }) => {
      const models = atMost(args.messages('models'), 'models').map((model) => ({
        modelId: model.demandText('model_id'),
        step: model.integer('step') ?? 0,
      }));
      if (models.length === 0) throw args.missing('models');
      await ports.tracking.logOutputs(args.demandRunId(), models);
      return {};
    },
  },
];

function atMost(list: readonly Arguments[], what: string): readonly Arguments[] {
  if (list.length <= mostInputs) return list;
  throw new LaurelError('InvalidInput', `One call takes at most ${mostInputs} ${what}, not ${list.length}.`);
}

function datasetIn(args: Arguments): DatasetInput {
  const dataset = args.message('dataset');
  if (dataset === undefined) throw args.missing('dataset');
  const { datasetName, datasetDigest, datasetSource, datasetSchema, datasetProfile } = trackingLimits;
  return {
    tags: args.messages('tags').map(inputTag),
    dataset: {
      name: limited(dataset, 'name', datasetName, dataset.demandText('name')),
      digest: limited(dataset, 'digest', datasetDigest, dataset.demandText('digest')),
      sourceType: dataset.demandText('source_type'),
      source: limited(dataset, 'source', datasetSource, dataset.demandText('source')),
      schema: limited(dataset, 'schema', datasetSchema, dataset.text('schema') ?? null),
      profile: limited(dataset, 'profile', datasetProfile, dataset.text('profile') ?? null),
    },
  };
}

function inputTag(args: Arguments): KeyValue {
  return {
    key: limited(args, 'key', trackingLimits.inputTagKey, args.demandText('key')),
    value: limited(args, 'value', trackingLimits.inputTagValue, args.text('value') ?? ''),
  };
}
