import type { Meter } from '@laurel/telemetry';
import type { ModelRegistry } from '../model-registry.js';
import type { Breakers } from '../plane/breakers.js';
import type { DataPlane } from '../plane/data-plane.js';
import type { Contact } from '../routing/contact.js';
import type { RoutingTable } from '../routing/routing-table.js';

export interface Gauged {
  readonly table: Pick<RoutingTable, 'splits'>;
  readonly registry: Pick<ModelRegistry, 'loaded'>;
  readonly contact: Pick<Contact, 'ageMilliseconds'>;
  readonly plane: Pick<DataPlane, 'inFlight'>;
  readonly breakers: Pick<Breakers, 'snapshots'>;
}

const breakerStates = { closed: 0, halfOpen: 1, open: 2 } as const;

/** Registers what is read when somebody asks: a function to call before each exposition. */
export function createGauges(meter: Meter, gauged: Gauged): () => void {
  const { table, registry, contact, plane, breakers } = gauged;
  const epochs = meter.gauge('laurel_split_epoch', 'Epoch of the split that is served', ['endpoint']);
  const weights = meter.gauge('laurel_split_weight_percent', 'Share of an arm', ['endpoint', 'arm', 'version']);
  const loaded = meter.gauge('laurel_loaded_versions', 'Versions in memory');
  const inFlight = meter.gauge('laurel_requests_in_flight', 'Requests being answered');
  const age = meter.gauge('laurel_desired_state_age_seconds', 'Time since the desired state was read');
  const states = meter.gauge('laurel_breaker_state', 'Breaker: 0 closed, 1 half-open, 2 open', ['endpoint', 'version']);
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
    const milliseconds = contact.ageMilliseconds();
    age.set(Number.isFinite(milliseconds) ? milliseconds / 1000 : -1);
  };
}
