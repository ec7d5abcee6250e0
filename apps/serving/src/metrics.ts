import type { Meter } from '@laurel/telemetry';
import type { DataPlane } from './data-plane.js';
import type { ModelRegistry } from './model-registry.js';
import type { Served, Shadowed } from './predictions.js';
import type { Contact } from './routing/contact.js';
import type { RoutingTable } from './routing/routing-table.js';

const secondsBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** What a serving process counts for Prometheus. */
export interface ServingMetrics {
  served(served: Served): void;
  shadowed(shadowed: Shadowed): void;
  shadowDropped(endpoint: string): void;
  ejected(endpoint: string): void;
  rowsDropped(sink: string, rows: number): void;
}

export interface Gauged {
  readonly table: RoutingTable;
  readonly registry: Pick<ModelRegistry, 'loaded'>;
  readonly contact: Pick<Contact, 'ageMilliseconds'>;
}

function registerCounters(meter: Meter) {
  const arm = ['endpoint', 'version', 'arm'];
  const version = ['endpoint', 'version'];
  return {
    requests: meter.counter('laurel_requests_total', 'Requests by the arm that was chosen', [...arm, 'status']),
    rows: meter.counter('laurel_prediction_rows_total', 'Rows answered', version),
    duration: meter.histogram('laurel_request_duration_seconds', 'Time from parsed request to answer', {
      labels: arm,
      buckets: secondsBuckets,
    }),
    fallbacks: meter.counter('laurel_fallbacks_total', 'Answers of another arm than the chosen', ['endpoint', 'to']),
    shadows: meter.counter('laurel_shadow_rows_total', 'Rows copied to a shadow', [...version, 'status']),
    disagreements: meter.counter('laurel_shadow_disagreements_total', 'Copied rows that differ', version),
    shadowDrops: meter.counter('laurel_shadow_dropped_total', 'Copies that had no room', ['endpoint']),
    ejections: meter.counter('laurel_ejections_total', 'Challengers this process refused by itself', ['endpoint']),
    drops: meter.counter('laurel_rows_dropped_total', 'Rows that could not be kept', ['sink']),
  };
}

/** Registers the metrics of a serving process. */
export function createServingMetrics(meter: Meter): ServingMetrics {
  const counters = registerCounters(meter);
  return {
    served: ({ split: { endpoint }, chosen, answer, failure, milliseconds, request }) => {
      const labels = { endpoint, version: chosen.version.version, arm: chosen.arm };
      counters.requests.inc({ ...labels, status: failure === null ? 'ok' : failure.code });
      counters.duration.observe(labels, milliseconds / 1000);
      if (answer === null) return;
      counters.rows.inc({ endpoint, version: answer.version.version }, request.rows.length);
      if (answer.fallback) counters.fallbacks.inc({ endpoint, to: answer.arm });
    },
    shadowed: ({ primary, version, rows }) => {
      const labels = { endpoint: primary.split.endpoint, version: version.version };
      counters.shadows.inc({ ...labels, status: rows === null ? 'error' : 'ok' }, primary.request.rows.length);
      counters.disagreements.inc(labels, rows?.filter(({ differs }) => differs).length ?? 0);
    },
    shadowDropped: (endpoint) => counters.shadowDrops.inc({ endpoint }),
    ejected: (endpoint) => counters.ejections.inc({ endpoint }),
    rowsDropped: (sink, count) => counters.drops.inc({ sink }, count),
  };
}

/** Registers what is read when somebody asks: a function to call before each exposition. */
export function createGauges(meter: Meter, { table, registry, contact }: Gauged, plane: DataPlane): () => void {
  const epochs = meter.gauge('laurel_split_epoch', 'Epoch of the split that is served', ['endpoint']);
  const weights = meter.gauge('laurel_split_weight_percent', 'Share of an arm', ['endpoint', 'arm', 'version']);
  const loaded = meter.gauge('laurel_loaded_versions', 'Versions in memory');
  const inFlight = meter.gauge('laurel_requests_in_flight', 'Requests being answered');
  const age = meter.gauge('laurel_desired_state_age_seconds', 'Time since the desired state was read');
  return () => {
    epochs.reset();
    weights.reset();
    for (const { endpoint, epoch, arms } of table.splits()) {
      epochs.set({ endpoint }, epoch);
      for (const { role, version, weight } of arms) weights.set({ endpoint, arm: role, version }, weight);
    }
    loaded.set(registry.loaded().length);
    inFlight.set(plane.inFlight());
    const milliseconds = contact.ageMilliseconds();
    age.set(Number.isFinite(milliseconds) ? milliseconds / 1000 : -1);
  };
}
