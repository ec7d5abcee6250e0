import { type ArmSums, latencyBucket, type ServedArm, type Split, type VersionNumber } from '@laurel/domain';

/** What one request (or, for a shadow, one copied request) adds. */
interface ArmCount {
  readonly endpoint: string;
  readonly epoch: number;
  readonly arm: ServedArm;
  readonly version: VersionNumber;
  readonly requests: number;
  readonly errors: number;
  readonly disagreements: number;
  readonly milliseconds: number;
}

type MutableSums = {
  -readonly [Key in keyof ArmSums]: Key extends 'latency' ? { [bucket: string]: number } : ArmSums[Key];
};

type ArmOfSecond = Pick<ArmSums, 'endpoint' | 'epoch' | 'arm' | 'version' | 'process' | 'second'>;

/** Sums per second and arm. A second is final once it is over, because everything is counted when it ends. */
export interface SumsBySecond {
  add(count: ArmCount, second: number): void;
  /** Takes out all sums of seconds before `second`. */
  takeBefore(second: number): readonly ArmSums[];
}

export function createSumsBySecond(process: string): SumsBySecond {
  const seconds = new Map<number, MutableSums[]>();
  return {
    add: (count, second) => {
      let ofSecond = seconds.get(second);
      if (ofSecond === undefined) {
        ofSecond = [];
        seconds.set(second, ofSecond);
      }
      const { endpoint, epoch, arm, version } = count;
      let entry = ofSecond.find(
        (sums) => sums.version === version && sums.arm === arm && sums.epoch === epoch && sums.endpoint === endpoint,
      );
      if (entry === undefined) {
        entry = emptySums({ endpoint, epoch, arm, version, process, second });
        ofSecond.push(entry);
      }
      const bucket = latencyBucket(count.milliseconds);
      entry.requests += count.requests;
      entry.errors += count.errors;
      entry.disagreements += count.disagreements;
      entry.latency[bucket] = (entry.latency[bucket] ?? 0) + count.requests;
    },
    takeBefore: (before) => {
      const over = [...seconds.keys()].filter((second) => second < before);
      const taken = over.flatMap((second) => seconds.get(second) ?? []);
      for (const second of over) seconds.delete(second);
      return taken;
    },
  };
}

function emptySums(arm: ArmOfSecond): MutableSums {
  return { ...arm, requests: 0, errors: 0, disagreements: 0, latency: {} };
}

/** Sums of zero for every arm of every split that `given` has none of: silence is told apart from absence. */
export function heartbeats(
  splits: readonly Split[],
  given: readonly ArmSums[],
  moment: { readonly process: string; readonly second: number },
): readonly ArmSums[] {
  const keyOf = ({ endpoint, epoch, arm, version, second }: ArmOfSecond) =>
    `${endpoint}|${epoch}|${arm}|${version}|${second}`;
  const present = new Set(given.map(keyOf));
  return splits
    .flatMap((split) => armsOf(split).map((arm) => emptySums({ ...arm, ...moment })))
    .filter((sums) => !present.has(keyOf(sums)));
}

function armsOf({ endpoint, epoch, arms, shadow }: Split): readonly Omit<ArmOfSecond, 'process' | 'second'>[] {
  const served = arms.map(({ role, version }) => ({ endpoint, epoch, arm: role, version }));
  return shadow === null ? served : [...served, { endpoint, epoch, arm: 'shadow', version: shadow.version }];
}
