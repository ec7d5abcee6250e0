import type { ModelRegistry } from '../model-registry.js';
import type { Batchers } from '../plane/batchers.js';
import type { Stages } from '../plane/stages.js';
import { versionsOf } from '../routing/route.js';
import type { RoutingTable } from '../routing/routing-table.js';
import { exposed } from './exposition.js';

export interface RunMetricParts {
  readonly table: Pick<RoutingTable, 'splits'>;
  readonly registry: Pick<ModelRegistry, 'model'>;
  readonly batchers: Batchers;
  readonly stages: Pick<Stages, 'output'>;
}

/** Triton's counts of runs, which requests may share. */
export function runMetrics({ table, registry, batchers, stages }: RunMetricParts): string {
  const runs = table.splits().flatMap((split) =>
    versionsOf(split).flatMap(({ version, digest }) => {
      const model = registry.model(digest);
      return model === undefined
        ? []
        : [{ labels: { model: split.endpoint, version }, place: model.place, batcher: batchers.of(model) }];
    }),
  );
  const counter = (help: string) => ({ type: 'counter' as const, help });
  return [
    exposed(
      'nv_inference_exec_count',
      counter('Runs of the graph'),
      runs.map(({ labels, batcher }) => ({ labels, value: batcher.counts.executions })),
    ),
    exposed(
      'laurel_model_place',
      { type: 'gauge', help: 'Where a version runs: on the serving loop, or in a process of its own' },
      runs.map(({ labels, place }) => ({
        labels: { endpoint: labels.model, version: labels.version, place },
        value: 1,
      })),
    ),
    exposed(
      'nv_inference_queue_duration_us',
      counter('Cumulative time of waiting for a run, microseconds'),
      runs.map(({ labels, batcher }) => ({ labels, value: Math.round(batcher.counts.queueMilliseconds * 1000) })),
    ),
    exposed(
      'nv_inference_compute_infer_duration_us',
      counter('Cumulative time of runs, microseconds'),
      runs.map(({ labels, batcher }) => ({ labels, value: Math.round(batcher.counts.runMilliseconds * 1000) })),
    ),
    exposed(
      'nv_inference_compute_input_duration_us',
      counter('Cumulative time from whole message to queue, microseconds'),
      runs.map(({ labels, batcher }) => ({ labels, value: Math.round(batcher.counts.inputMilliseconds * 1000) })),
    ),
    exposed(
      'nv_inference_compute_output_duration_us',
      counter('Cumulative time from answer to bytes, microseconds'),
      runs.map(({ labels }) => {
        const { milliseconds } = stages.output(labels.model, labels.version);
        return { labels, value: Math.round(milliseconds * 1000) };
      }),
    ),
    exposed(
      'nv_inference_pending_request_count',
      { type: 'gauge', help: 'Rows that wait for a run' },
      runs.map(({ labels, batcher }) => ({ labels, value: batcher.waitingRows() })),
    ),
  ].join('');
}
