import {
  type ArmBehaviour,
  type ArmTotal,
  mergeHistograms,
  type RandomStream,
  type StageShare,
  StageTraffic,
  usualBehaviour,
  withEffects,
} from '@laurel/domain';

/** Everything seen of both arms since the canary began, at one second. */
export interface Snapshot {
  readonly second: number;
  readonly champion: ArmTotal;
  readonly challenger: ArmTotal;
}

/** Recorded traffic: a snapshot every `tickSeconds`. */
export type Recording = readonly Snapshot[];

/** A time in which both arms behave in one way. */
export interface Phase {
  readonly seconds: number;
  readonly champion: ArmBehaviour;
  readonly challenger: ArmBehaviour;
}

/** A challenger, and whether it ought to be promoted. */
export interface Case {
  readonly name: string;
  readonly isBad: boolean;
  readonly phases: readonly Phase[];
}

export const tickSeconds = 5;
export const lengthSeconds = 1_800;
const requestsPerSecond = 100;
const share: StageShare = { mode: 'canary', weight: 0.25, shadow: 0 };

const usual = usualBehaviour;
const steady = (name: string, isBad: boolean, challenger: ArmBehaviour): Case => ({
  name,
  isBad,
  phases: [{ seconds: lengthSeconds, champion: usual, challenger }],
});
const failing = withEffects(usual, { errorRate: 0.03 });

/** The cases, all at 100 requests a second of which the challenger gets a quarter, for half an hour. */
export const cases: readonly Case[] = [
  steady('no difference', false, usual),
  {
    name: 'no difference, a dependency of both fails 3 % for six minutes',
    isBad: false,
    phases: [
      { seconds: 600, champion: usual, challenger: usual },
      { seconds: 360, champion: failing, challenger: failing },
      { seconds: lengthSeconds - 960, champion: usual, challenger: usual },
    ],
  },
  steady('errors 0.2 % to 3 %', true, withEffects(usual, { errorRate: 0.028 })),
  steady('errors 0.2 % to 0.9 %', true, withEffects(usual, { errorRate: 0.007 })),
  steady('p99 20 ms to 60 ms', true, withEffects(usual, { latencyP99: 40 })),
  steady('p99 20 ms to 35 ms', true, withEffects(usual, { latencyP99: 15 })),
];

/** Records the traffic of one case. */
export function record({ phases }: Case, random: RandomStream): Recording {
  const recording: Snapshot[] = [];
  let before: Snapshot | undefined;
  for (const { seconds, champion, challenger } of phases) {
    const traffic = { requestsPerSecond, labelled: 0, labelDelaySeconds: 0, champion, challenger };
    const stage = new StageTraffic(traffic, share, random);
    const began = before?.second ?? 0;
    for (let passed = tickSeconds; passed <= seconds; passed += tickSeconds) {
      stage.pass(tickSeconds, began + passed);
      recording.push(after(before, { second: began + passed, totals: stage.observed().totals }));
    }
    before = recording.at(-1);
  }
  return recording;
}

function after(before: Snapshot | undefined, now: { second: number; totals: readonly ArmTotal[] }): Snapshot {
  const [champion, challenger] = now.totals;
  if (champion === undefined || challenger === undefined) throw new Error('a stage has two arms');
  const { second } = now;
  if (before === undefined) return { second, champion, challenger };
  return {
    second,
    champion: sumOf(before.champion, champion),
    challenger: sumOf(before.challenger, challenger),
  };
}

function sumOf(a: ArmTotal, b: ArmTotal): ArmTotal {
  return {
    ...b,
    requests: a.requests + b.requests,
    errors: a.errors + b.errors,
    disagreements: a.disagreements + b.disagreements,
    latency: mergeHistograms([a.latency, b.latency]),
  };
}
