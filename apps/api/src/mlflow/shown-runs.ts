import type { DatasetInput, LoggedMetric, TrackedRun, TrackedRunInfo } from '@laurel/ports';

/** A run as MLflow's clients read it. */
export function shownRun({ info, metrics, params, tags, datasets, inputModels, outputModels }: TrackedRun) {
  return {
    info: shownRunInfo(info),
    data: { metrics: metrics.map(shownMetric), params, tags },
    inputs: {
      dataset_inputs: datasets.map(shownDataset),
      model_inputs: inputModels.map((model_id) => ({ model_id })),
    },
    outputs: { model_outputs: outputModels.map(({ modelId, step }) => ({ model_id: modelId, step })) },
  };
}

function shownDataset({ tags, dataset: { name, digest, sourceType, source, schema, profile } }: DatasetInput) {
  return {
    tags,
    dataset: {
      name,
      digest,
      source_type: sourceType,
      source,
      ...(schema === null ? {} : { schema }),
      ...(profile === null ? {} : { profile }),
    },
  };
}

export function shownRunInfo(info: TrackedRunInfo) {
  return {
    run_uuid: info.runId,
    experiment_id: info.experimentId,
    run_name: info.name,
    user_id: info.userId,
    status: info.status,
    ...(info.startMs === null ? {} : { start_time: info.startMs }),
    ...(info.endMs === null ? {} : { end_time: info.endMs }),
    artifact_uri: info.artifactUri,
    lifecycle_stage: info.lifecycleStage,
    run_id: info.runId,
  };
}

/** JSON has no NaN and no infinities; MLflow writes them as texts. */
export function shownMetric({ key, value, loggedMs, step }: Omit<LoggedMetric, 'model'>) {
  return { key, value: Number.isFinite(value) ? value : String(value), timestamp: loggedMs, step };
}
