import type { Observed } from '../rollout/observe.js';
import type { OpenAnalysis } from '../rollout/rollout.js';
import { drawBinomial } from '../statistics/draws.js';
import type { RandomStream } from '../statistics/random.js';
import { ArmCounts, PairCounts } from './arm-counts.js';
import type { ArmBehaviour } from './behaviour.js';

/** Traffic of an endpoint and what both models are like. */
export interface SyntheticTraffic {
  readonly requestsPerSecond: number;
  /** Share of answers whose truth arrives. */
  readonly labelled: number;
  /** From an answer to its truth. */
  readonly labelDelaySeconds: number;
  readonly champion: ArmBehaviour;
  readonly challenger: ArmBehaviour;
}

/** What a stage gives the challenger: shares of the requests. */
export interface StageShare {
  readonly mode: OpenAnalysis['mode'];
  /** Share of the requests that the challenger answers. */
  readonly weight: number;
  /** Share of the requests that it gets a copy of. */
  readonly shadow: number;
}

/** The sums of one split epoch, growing with time. */
export class StageTraffic {
  private readonly champion: ArmCounts;
  private readonly challenger: ArmCounts;
  private readonly pairs: PairCounts;
  /** Answers whose truth is on its way, by the second in which it arrives. */
  private readonly coming: { at: number; champion: number; challenger: number }[] = [];
  private carried = 0;

  constructor(
    private readonly traffic: SyntheticTraffic,
    readonly share: StageShare,
    private readonly random: RandomStream,
  ) {
    const other = share.mode === 'shadow' ? 'shadow' : 'challenger';
    this.champion = new ArmCounts('champion', traffic.champion, random);
    this.challenger = new ArmCounts(other, traffic.challenger, random);
    this.pairs = new PairCounts(traffic.champion, traffic.challenger, random);
  }

  /** Lets `seconds` pass, `now` being the time after them; returns how many requests the challenger answered for users. */
  pass(seconds: number, now: number): number {
    const { requestsPerSecond, labelled, labelDelaySeconds } = this.traffic;
    this.carried += requestsPerSecond * seconds;
    const requests = Math.floor(this.carried);
    this.carried -= requests;
    const exposed = drawBinomial(this.random, requests, this.share.weight);
    const copies = drawBinomial(this.random, requests, this.share.shadow);
    const seen = this.share.mode === 'shadow' ? copies : exposed;
    this.champion.serve(requests - exposed);
    this.challenger.serve(seen);
    this.coming.push({
      at: now + labelDelaySeconds,
      champion: drawBinomial(this.random, requests - exposed, labelled),
      challenger: drawBinomial(this.random, seen, labelled),
    });
    this.learn(now);
    return exposed;
  }

  observed(): Observed {
    return {
      totals: [this.champion.total(), this.challenger.total()],
      labels: [this.champion.labels(), this.challenger.labels()],
      pairedLabels: this.pairs.total(),
    };
  }

  private learn(now: number): void {
    while ((this.coming[0]?.at ?? Number.POSITIVE_INFINITY) <= now) {
      const { champion, challenger } = this.coming.shift() ?? { champion: 0, challenger: 0 };
      this.champion.learn(champion);
      this.challenger.learn(challenger);
      if (this.share.mode === 'shadow') this.pairs.learn(Math.min(champion, challenger));
    }
  }
}
