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
  previous: (VersionRef & { readonly endpoint: string })[];
  /** What the registry holds. */
  versions: VersionRef[];
  /** While true, every call fails as if Postgres did not answer. */
  away: boolean;
  readonly leases: Set<string>;
  acknowledgements: Acknowledgement[];
  readonly ejections: EjectionReport[];
  readonly sums: Map<string, ArmSums>;
  readonly predictions: Map<string, PredictionRecord>;
  /** Requests, errors and disagreements of an arm, over all seconds. */
  totals(arm: ArmSums['arm']): { requests: number; errors: number; disagreements: number };
}

/** Of the same process about the same epoch. */
function isSame(one: Omit<EjectionReport, 'reason'>, other: Omit<EjectionReport, 'reason'>): boolean {
  return one.endpoint === other.endpoint && one.epoch === other.epoch && one.process === other.process;
}

export function createMemoryFleet(): MemoryFleet {
  const fleet: MemoryFleet = {
    committed: [],
    prepared: [],
    keepWarm: [],
    previous: [],
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
    desired: () =>
      answer(() => {
        const { committed, prepared, previous, keepWarm } = fleet;
        return { committed, prepared, previous, keepWarm: [...previous, ...keepWarm] };
      }),
    keepLoaded: ({ endpoint, version }) =>
      answer(() => {
        const known = versionOf(endpoint, version);
        if (!fleet.keepWarm.some(({ digest }) => digest === known.digest)) fleet.keepWarm.push({ ...known, endpoint });
        return known;
      }),
    letGo: ({ endpoint, version }) =>
      answer(() => {
        const known = versionOf(endpoint, version);
        fleet.keepWarm = fleet.keepWarm.filter(({ digest }) => digest !== known.digest);
      }),
    renewLease: (process) => answer(() => void fleet.leases.add(process)),
    endLease: (process) =>
      answer(() => {
        fleet.leases.delete(process);
        fleet.acknowledgements = fleet.acknowledgements.filter((given) => given.process !== process);
      }),
    acknowledge: (given) =>
      answer(() => {
        const isKnown = [...fleet.prepared, ...fleet.committed].some(
          ({ endpoint, epoch }) => endpoint === given.endpoint && epoch === given.epoch,
        );
        if (!isKnown) throw new LaurelError('NotFound', `Endpoint ${given.endpoint} has no epoch ${given.epoch}.`);
        fleet.acknowledgements = [...fleet.acknowledgements.filter((one) => !isSame(one, given)), given];
      }),
    reportEjection: (given) =>
      answer(() => {
        if (!fleet.ejections.some((one) => isSame(one, given))) fleet.ejections.push(given);
      }),
    addSums: (rows) =>
      answer(() => {
        for (const row of rows) fleet.sums.set(`${row.process}|${row.second}|${row.epoch}|${row.arm}`, row);
      }),
    addPredictions: (rows) =>
      answer(() => {
        for (const row of rows)
          if (!fleet.predictions.has(row.predictionId)) fleet.predictions.set(row.predictionId, row);
      }),
  };
  function versionOf(endpoint: string, version: string): VersionRef {
    const isServed = fleet.committed.some((split) => split.endpoint === endpoint);
    const known = fleet.versions.find((one) => String(one.version) === version || one.semver === version);
    if (isServed && known !== undefined) return known;
    throw new LaurelError('NotFound', `The endpoint ${endpoint} has no version ${version}.`);
  }
  async function answer<T>(what: () => T): Promise<T> {
    if (fleet.away) throw new LaurelError('DependencyUnavailable', 'Postgres does not answer.');
    return what();
  }
  return fleet;
}
