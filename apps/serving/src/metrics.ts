import type { Meter } from '@laurel/telemetry';
import { exposed, exposedDurations, type Sample } from './exposition.js';
import type { ModelRegistry } from './model-registry.js';
import type { Admission } from './plane/admission.js';
import type { Batchers } from './plane/batchers.js';
import type { Breakers } from './plane/breakers.js';
import type { DataPlane } from './plane/data-plane.js';
import type { RequestCounters } from './plane/statistics.js';
import { countOne, createTallies, type Tallies, type Tally } from './plane/tallies.js';
import type { Served, Shadowed } from './predictions.js';
import type { Contact } from './routing/contact.js';
import { versionsOf } from './routing/route.js';
import type { RoutingTable } from './routing/routing-table.js';

/** What a serving process counts for Prometheus. */
export interface ServingMetrics {
  readonly tallies: Tallies;
  served(served: Served): void;
  shadowed(shadowed: Shadowed): void;
  shadowDropped(endpoint: string): void;
  ejected(endpoint: string): void;
  rowsDropped(sink: string, rows: number): void;
}

export interface Gauged {
  readonly table: RoutingTable;
  readonly registry: Pick<ModelRegistry, 'loaded' | 'model'>;
  readonly contact: Pick<Contact, 'ageMilliseconds'>;
  readonly plane: Pick<DataPlane, 'inFlight'>;
  readonly batchers: Batchers;
  readonly counters: Pick<RequestCounters, 'of'>;
  readonly breakers: Breakers;
  readonly admission: Pick<Admission, 'shed'>;
}

function registerCounters(meter: Meter) {
  const version = ['endpoint', 'version'];
  return {
    shadows: meter.counter('laurel_shadow_rows_total', 'Rows copied to a shadow', [...version, 'status']),
    disagreements: meter.counter('laurel_shadow_disagreements_total', 'Copied rows that differ', version),
    shadowDrops: meter.counter('laurel_shadow_dropped_total', 'Copies that had no room', ['endpoint']),
    ejections: meter.counter('laurel_ejections_total', 'Challengers this process refused by itself', ['endpoint']),
    drops: meter.counter('laurel_rows_dropped_total', 'Rows that could not be kept', ['sink']),
  };
}

/** Registers the metrics of a serving process. What happens at every request is counted in tallies and read when asked for. */
export function createServingMetrics(meter: Meter): ServingMetrics {
  const counters = registerCounters(meter);
  const tallies = createTallies();
  meter.source(() => requestMetrics(tallies.all()));
  return {
    tallies,
    served: ({ split, chosen, answer, failure, milliseconds, request, at }) => {
      const tally = tallies.of(split, chosen);
      if (failure === null) tally.ok += 1;
      else countOne(tally.failed, failure.code);
      tally.durations.add(milliseconds);
      tally.lastAt = at;
      if (answer === null) return;
      tally.rows += request.rows;
      if (answer.fallback) countOne(tally.fallbacks, answer.arm);
    },
    shadowed: ({ primary, version, answer }) => {
      const labels = { endpoint: primary.split.endpoint, version: version.version };
      counters.shadows.inc({ ...labels, status: answer === null ? 'error' : 'ok' }, primary.request.rows);
      counters.disagreements.inc(labels, answer?.differs.filter(Boolean).length ?? 0);
    },
    shadowDropped: (endpoint) => counters.shadowDrops.inc({ endpoint }),
    ejected: (endpoint) => counters.ejections.inc({ endpoint }),
    rowsDropped: (sink, count) => counters.drops.inc({ sink }, count),
  };
}

/** Laurel's names, then Triton's, which dashboards and autoscalers know. */
function requestMetrics(tallies: readonly Tally[]): string {
  const arm = ({ endpoint, version, arm: role }: Tally) => ({ endpoint, version, arm: role });
  const triton = ({ endpoint, version }: Tally) => ({ model: endpoint, version });
  const failures = (tally: Tally) =>
    [...tally.failed].map(([status, value]) => ({ labels: { ...arm(tally), status }, value }));
  const counter = (help: string) => ({ type: 'counter' as const, help });
  return [
    exposed('laurel_requests_total', counter('Requests by the arm that was chosen'), [
      ...tallies.map((tally) => ({ labels: { ...arm(tally), status: 'ok' }, value: tally.ok })),
      ...tallies.flatMap(failures),
    ]),
    exposedDurations(
      'laurel_request_duration_seconds',
      'Time from parsed request to answer',
      tallies.map((tally) => ({ labels: arm(tally), durations: tally.durations })),
    ),
    exposed(
      'laurel_prediction_rows_total',
      counter('Rows answered'),
      perVersion(tallies, 'endpoint', ({ rows }) => rows),
    ),
    exposed(
      'laurel_fallbacks_total',
      counter('Answers of another arm than the chosen'),
      tallies.flatMap(({ endpoint, version, fallbacks }) =>
        [...fallbacks].map(([to, value]) => ({ labels: { endpoint, version, to }, value })),
      ),
    ),
    exposed(
      'nv_inference_request_success',
      counter('Successful requests'),
      perVersion(tallies, 'model', ({ ok }) => ok),
    ),
    exposed(
      'nv_inference_request_failure',
      counter('Failed requests by reason'),
      tallies.flatMap((tally) =>
        ['BACKEND', 'OTHER'].map((reason) => ({
          labels: { ...triton(tally), reason },
          value: failedFor(tally, reason),
        })),
      ),
    ),
    exposed(
      'nv_inference_count',
      counter('Rows inferred'),
      perVersion(tallies, 'model', ({ rows }) => rows),
    ),
    exposed(
      'nv_inference_request_duration_us',
      counter('Cumulative time of requests, microseconds'),
      perVersion(tallies, 'model', ({ durations }) => Math.round(durations.milliseconds * 1000)),
    ),
  ].join('');
}

function failedFor({ failed }: Tally, reason: string): number {
  let count = 0;
  for (const [code, value] of failed) if ((code === 'ModelOutputInvalid') === (reason === 'BACKEND')) count += value;
  return count;
}

/** Sums over the arms that one version has been. */
function perVersion(
  tallies: readonly Tally[],
  name: 'endpoint' | 'model',
  valueOf: (tally: Tally) => number,
): readonly Sample[] {
  const groups = Map.groupBy(tallies, ({ endpoint, version }) => `${endpoint}|${version}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const value = group.reduce((sum, tally) => sum + valueOf(tally), 0);
    return [{ labels: { [name]: first.endpoint, version: first.version }, value }];
  });
}

const breakerStates = { closed: 0, halfOpen: 1, open: 2 } as const;

/** Registers what is read when somebody asks: a function to call before each exposition. */
export function createGauges(meter: Meter, gauged: Gauged): () => void {
  const { table, registry, contact, plane, breakers, admission } = gauged;
  const epochs = meter.gauge('laurel_split_epoch', 'Epoch of the split that is served', ['endpoint']);
  const weights = meter.gauge('laurel_split_weight_percent', 'Share of an arm', ['endpoint', 'arm', 'version']);
  const loaded = meter.gauge('laurel_loaded_versions', 'Versions in memory');
  const inFlight = meter.gauge('laurel_requests_in_flight', 'Requests being answered');
  const age = meter.gauge('laurel_desired_state_age_seconds', 'Time since the desired state was read');
  const states = meter.gauge('laurel_breaker_state', 'Breaker: 0 closed, 1 half-open, 2 open', ['endpoint', 'version']);
  const shed = meter.gauge('laurel_requests_shed', 'Requests refused because of load since the start');
  meter.source(() => runMetrics(gauged));
  return () => {
    epochs.reset();
    weights.reset();
    states.reset();
    for (const { endpoint, epoch, arms } of table.splits()) {
      epochs.set({ endpoint }, epoch);
      for (const { role, version, weight } of arms) weights.set({ endpoint, arm: role, version }, weight);
    }
    for (const { endpoint, version, breaker } of breakers.snapshots())
      states.set({ endpoint, version }, breakerStates[breaker.state]);
    loaded.set(registry.loaded().length);
    inFlight.set(plane.inFlight());
    shed.set(admission.shed());
    const milliseconds = contact.ageMilliseconds();
    age.set(Number.isFinite(milliseconds) ? milliseconds / 1000 : -1);
  };
}

/** Triton's counts of runs, which requests may share. */
function runMetrics({ table, registry, batchers, counters }: Gauged): string {
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
        const { output } = counters.of(labels.model, labels.version);
        return { labels, value: Math.round(output.milliseconds * 1000) };
      }),
    ),
    exposed(
      'nv_inference_pending_request_count',
      { type: 'gauge', help: 'Rows that wait for a run' },
      runs.map(({ labels, batcher }) => ({ labels, value: batcher.waitingRows() })),
    ),
  ].join('');
}
