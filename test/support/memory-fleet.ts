import { LaurelError } from '@laurel/contracts';
import type { ArmSums, PredictionRecord, Split, VersionRef } from '@laurel/domain';
import type { Fleet } from '@laurel/ports';

type Acknowledgement = Parameters<Fleet['acknowledge']>[0];
type EjectionReport = Parameters<Fleet['reportEjection']>[0];

/** A fleet in memory whose desired state a test writes, and which can go away. */
export interface MemoryFleet extends Fleet {
  committed: Split[];
  prepared: Split[];
  keepWarm: (VersionRef & { readonly endpoint: string })[];
  /** What the registry holds. */
  versions: VersionRef[];
  /** While true, every call fails as if Postgres did not answer. */
  away: boolean;
  readonly leases: Set<string>;
  readonly acknowledgements: Acknowledgement[];
  readonly ejections: EjectionReport[];
  readonly sums: Map<string, ArmSums>;
  readonly predictions: Map<string, PredictionRecord>;
  /** Requests, errors and disagreements of an arm, over all seconds. */
  totals(arm: ArmSums['arm']): { requests: number; errors: number; disagreements: number };
}

export function createMemoryFleet(): MemoryFleet {
  const fleet: MemoryFleet = {
    committed: [],
    prepared: [],
    keepWarm: [],
    versions: [],
    away: false,
    leases: new Set(),
    acknowledgements: [],
    ejections: [],
    sums: new Map(),
    predictions: new Map(),
    totals: (arm) => {
      const sums = [...fleet.sums.values()].filter((entry) => entry.arm === arm);
      const total = (field: 'requests' | 'errors' | 'disagreements') =>
        sums.reduce((sum, entry) => sum + entry[field], 0);
      return { requests: total('requests'), errors: total('errors'), disagreements: total('disagreements') };
    },
    desired: () => answer(() => ({ committed: fleet.committed, prepared: fleet.prepared, keepWarm: fleet.keepWarm })),
    keepLoaded: ({ endpoint, version }) =>
      answer(() => {
        const known = fleet.versions.find((one) => String(one.version) === version || one.semver === version);
        if (known === undefined)
          throw new LaurelError('NotFound', `The endpoint ${endpoint} has no version ${version}.`);
        fleet.keepWarm.push({ ...known, endpoint });
        return known;
      }),
    letGo: ({ version }) =>
      answer(() => {
        fleet.keepWarm = fleet.keepWarm.filter((one) => String(one.version) !== version && one.semver !== version);
      }),
    renewLease: (process) => answer(() => void fleet.leases.add(process)),
    endLease: (process) => answer(() => void fleet.leases.delete(process)),
    acknowledge: (given) => answer(() => void fleet.acknowledgements.push(given)),
    reportEjection: (given) => answer(() => void fleet.ejections.push(given)),
    addSums: (rows) =>
      answer(() => {
        for (const row of rows) fleet.sums.set(`${row.process}|${row.second}|${row.epoch}|${row.arm}`, row);
      }),
    addPredictions: (rows) =>
      answer(() => {
        for (const row of rows) fleet.predictions.set(row.predictionId, row);
      }),
  };
  async function answer<T>(what: () => T): Promise<T> {
    if (fleet.away) throw new LaurelError('DependencyUnavailable', 'Postgres does not answer.');
    return what();
  }
  return fleet;
}
