import type { LedgerEntry } from '../traffic/ledger.js';

/** What was checked of one invariant, and what broke it. */
export interface InvariantResult {
  readonly statement: string;
  readonly checked: number;
  readonly violations: number;
  /** The first few violations, in words. */
  readonly examples: readonly string[];
}

/** The endpoint before and after a rollout that did not promote. */
export interface Restoration {
  readonly rollout: string;
  readonly before: EndpointPicture;
  readonly after: EndpointPicture;
}

/** Everything I5 says must be as it was. */
export interface EndpointPicture {
  readonly arms: readonly { readonly role: string; readonly version: number; readonly weight: number }[];
  readonly shadow: number | null;
  readonly aliases: { readonly [alias: string]: number };
  readonly stages: { readonly [version: string]: string };
}

/** A split as the API shows it. */
interface RecordedSplit {
  readonly epoch: number;
  readonly arms: readonly { readonly role: string; readonly version: number; readonly weight: number }[];
}

/** Facts recorded while the demo ran. Times are milliseconds since 1970. */
export interface Recorded {
  readonly entries: readonly LedgerEntry[];
  readonly splits: readonly RecordedSplit[];
  readonly reigns: readonly {
    readonly champion: { readonly version: number };
    readonly from: number;
    readonly to: number | null;
  }[];
  readonly restorations: readonly Restoration[];
}

/** Checks I1, I2 and I5 against the recorded traffic and the routing history. */
export function checkInvariants(recorded: Recorded): {
  readonly I1: InvariantResult;
  readonly I2: InvariantResult;
  readonly I5: InvariantResult;
} {
  return { I1: oneChampion(recorded), I2: routedAsSplit(recorded), I5: restored(recorded) };
}

function result(statement: string, checks: readonly (string | null)[]): InvariantResult {
  const broken = checks.filter((check) => check !== null);
  return { statement, checked: checks.length, violations: broken.length, examples: broken.slice(0, 5) };
}

/** Every split has one champion arm, every champion answer names the champion of its epoch, and reigns do not overlap. */
function oneChampion({ entries, splits, reigns }: Recorded): InvariantResult {
  const champions = new Map(splits.map((split) => [split.epoch, split.arms.filter(({ role }) => role === 'champion')]));
  const perSplit = [...champions].map(([epoch, arms]) =>
    arms.length <= 1 ? null : `epoch ${epoch} has ${arms.length} champions`,
  );
  const perAnswer = entries
    .filter(({ status, arm }) => status === 200 && arm === 'champion')
    .map(({ epoch, version }) => {
      const named = champions.get(epoch ?? -1)?.[0]?.version;
      return named === version
        ? null
        : `an answer of epoch ${epoch} came from champion v${version}, the split names v${named}`;
    });
  const ordered = reigns.toSorted((a, b) => a.from - b.from);
  const perReign = ordered.map(({ champion, to }, index) => {
    const next = ordered[index + 1];
    if (next === undefined) return to === null ? null : `the reign of v${champion.version} ended and nobody follows`;
    return to !== null && to <= next.from
      ? null
      : `the reigns of v${champion.version} and v${next.champion.version} overlap`;
  });
  return result('at most one champion at every instant, exactly one from the first crowning on', [
    ...perSplit,
    ...perAnswer,
    ...perReign,
  ]);
}

/** Weights sum to 100, and every answer came from an arm that its epoch gave a share, by a version it names. */
function routedAsSplit({ entries, splits }: Recorded): InvariantResult {
  const byEpoch = new Map(splits.map((split) => [split.epoch, split]));
  const sums = splits.map(({ epoch, arms }) => {
    const sum = arms.reduce((total, { weight }) => total + weight, 0);
    return arms.length === 0 || sum === 100 ? null : `the weights of epoch ${epoch} sum to ${sum}`;
  });
  const answers = entries
    .filter(({ status }) => status === 200)
    .map(({ epoch, version, arm }) => {
      const named = byEpoch
        .get(epoch ?? -1)
        ?.arms.find((candidate) => candidate.version === version && candidate.role === arm);
      if (named === undefined)
        return `an answer of epoch ${epoch} came from ${arm} v${version}, which the split does not name`;
      return named.weight > 0 ? null : `v${version} answered in epoch ${epoch} with a share of 0`;
    });
  return result('weights sum to 100 and only versions of the epoch answer', [...sums, ...answers]);
}

/** A rollout that did not promote left split, aliases and stages as they were. */
function restored({ restorations }: Recorded): InvariantResult {
  const checks = restorations.flatMap(({ rollout, before, after }) =>
    (['arms', 'shadow', 'aliases', 'stages'] as const).map((part) => {
      const [was, is] = [JSON.stringify(before[part]), JSON.stringify(after[part])];
      return was === is ? null : `${rollout} left ${part} as ${is}; before it was ${was}`;
    }),
  );
  return result('a rollout that does not promote leaves split, aliases and stages as they were', checks);
}
