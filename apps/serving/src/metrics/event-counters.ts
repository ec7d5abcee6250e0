import type { Meter } from '@laurel/telemetry';
import type { Shadowed } from '../predictions.js';

/** Counts what happens beside requests: copies to shadows, refusals of challengers, rows that could not be kept. */
export interface EventCounters {
  shadowed(shadowed: Shadowed): void;
  shadowDropped(endpoint: string): void;
  ejected(endpoint: string): void;
  rowsDropped(sink: string, rows: number): void;
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

/** Registers the counters of a serving process. */
export function createEventCounters(meter: Meter): EventCounters {
  const counters = registerCounters(meter);
  return {
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
