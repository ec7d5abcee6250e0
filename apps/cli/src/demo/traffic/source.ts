import type { Random } from '../random.js';
import type { LabelledRow } from './labelled-row.js';

/** Where the next request comes from. */
export interface TrafficSource {
  next(): LabelledRow;
  /** Starts a rollout's worth of traffic: every held-out row once, in a new order, then generated ones. */
  beginRollout(number: number): void;
  readonly rollout: number;
  /** From now on rows come from `change`, applied to every generated and held-out row alike. */
  shift(change: ((row: LabelledRow) => LabelledRow) | null): void;
}

/** A source that serves each held-out row once per rollout; what more is needed is generated. */
export function openSource(options: {
  readonly heldOut: readonly LabelledRow[];
  readonly generated: Generator<LabelledRow, never>;
  readonly random: Random;
}): TrafficSource {
  const { heldOut, generated, random } = options;
  let waiting: LabelledRow[] = [];
  let rollout = 0;
  let change: ((row: LabelledRow) => LabelledRow) | null = null;
  return {
    get rollout() {
      return rollout;
    },
    beginRollout: (number) => {
      rollout = number;
      waiting = [...random.shuffled(heldOut)];
    },
    shift: (next) => {
      change = next;
    },
    next: () => {
      const row = waiting.pop() ?? generated.next().value;
      return change === null ? row : change(row);
    },
  };
}
