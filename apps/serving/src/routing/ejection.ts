import type { Split } from '@laurel/domain';
import type { Fleet } from '@laurel/ports';
import type { Served } from '../predictions.js';

/** The last answers of a challenger that are looked at. */
const windowSize = 100;
/** Fewer answers than this prove nothing. */
const smallestSample = 20;
const highestErrorRate = 0.5;
/** So many invalid outputs in a row need no sample. */
const invalidInARow = 5;

/** Refuses a challenger in this process alone, for the rest of its rollout. */
export interface Ejection {
  served(served: Served): void;
  isRefused(split: Pick<Split, 'endpoint' | 'incarnation'>): boolean;
  /** Tells the fleet what it has not been told yet; rejects when it cannot. */
  report(fleet: Pick<Fleet, 'reportEjection'>, process: string): Promise<void>;
  /** Forgets rollouts that no committed split belongs to. */
  keepOnly(splits: readonly Split[]): void;
}

interface Watched {
  readonly endpoint: string;
  epoch: number;
  readonly errors: boolean[];
  invalid: number;
  reason: string | null;
  reported: boolean;
}

const keyOf = ({ endpoint, incarnation }: Pick<Split, 'endpoint' | 'incarnation'>) => `${endpoint}/${incarnation}`;

/** Watches challengers; `onRefused` is called once for each that is refused. */
export function createEjection(onRefused: (endpoint: string, reason: string) => void): Ejection {
  const watched = new Map<string, Watched>();
  return {
    served: ({ chosen, split, failure }) => {
      if (chosen.arm !== 'challenger') return;
      const key = keyOf(split);
      const state = watched.get(key) ?? newlyWatched(split);
      watched.set(key, state);
      if (state.reason !== null) return;
      note(state, { epoch: split.epoch, code: failure?.code ?? null });
      state.reason = reasonToRefuse(state);
      if (state.reason !== null) onRefused(split.endpoint, state.reason);
    },
    isRefused: (split) => (watched.get(keyOf(split))?.reason ?? null) !== null,
    report: async (fleet, process) => {
      for (const state of watched.values()) {
        const { endpoint, epoch, reason } = state;
        if (reason === null || state.reported) continue;
        await fleet.reportEjection({ endpoint, epoch, process, reason });
        state.reported = true;
      }
    },
    keepOnly: (splits) => {
      const kept = new Set(splits.map(keyOf));
      for (const key of watched.keys()) if (!kept.has(key)) watched.delete(key);
    },
  };
}

function newlyWatched({ endpoint, epoch }: Split): Watched {
  return { endpoint, epoch, errors: [], invalid: 0, reason: null, reported: false };
}

/** A new epoch is a new weight: what was seen before it is forgotten. */
function note(state: Watched, seen: { readonly epoch: number; readonly code: string | null }): void {
  if (state.epoch !== seen.epoch) {
    state.epoch = seen.epoch;
    state.errors.length = 0;
    state.invalid = 0;
  }
  state.errors.push(seen.code !== null);
  if (state.errors.length > windowSize) state.errors.shift();
  state.invalid = seen.code === 'ModelOutputInvalid' ? state.invalid + 1 : 0;
}

function reasonToRefuse({ errors, invalid }: Watched): string | null {
  if (invalid >= invalidInARow) return `${invalid} invalid outputs in a row`;
  const failed = errors.filter(Boolean).length;
  if (errors.length < smallestSample || failed / errors.length <= highestErrorRate) return null;
  return `${failed} of the last ${errors.length} answers were errors`;
}
