import type { ServedArm } from '../observation/prediction.js';
import type { ArmTotal, LabelTotal, PairedLabels } from '../rollout/observe.js';
import { drawBinomial, drawNormal } from '../statistics/draws.js';
import type { RandomStream } from '../statistics/random.js';
import { type ArmBehaviour, latencyShares } from './behaviour.js';

/** What has been seen of one arm since the split changed, drawn as its behaviour has it. */
export class ArmCounts {
  private requests = 0;
  private errors = 0;
  private disagreements = 0;
  private labelled = 0;
  private correct = 0;
  private sumAbsoluteError = 0;
  private sumSquaredError = 0;
  private readonly latency: { [bucket: string]: number } = {};
  private readonly shares: readonly (readonly [string, number])[];

  constructor(
    private readonly arm: ServedArm,
    private readonly behaviour: ArmBehaviour,
    private readonly random: RandomStream,
  ) {
    this.shares = latencyShares(behaviour);
  }

  /** Serves `requests` more. */
  serve(requests: number): void {
    const { behaviour, random } = this;
    this.requests += requests;
    this.errors += drawBinomial(random, requests, behaviour.errorRate);
    this.disagreements += drawBinomial(random, requests, behaviour.disagreement);
    let [left, chance] = [requests, 1];
    for (const [bucket, share] of this.shares) {
      if (left === 0) break;
      const count = drawBinomial(random, left, Math.min(1, share / chance));
      if (count > 0) this.latency[bucket] = (this.latency[bucket] ?? 0) + count;
      left -= count;
      chance -= share;
    }
  }

  /** Learns the truth of `labels` more answers. */
  learn(labels: number): void {
    if (labels === 0) return;
    const { behaviour, random } = this;
    this.labelled += labels;
    this.correct += drawBinomial(random, labels, behaviour.accuracy);
    const { sum, sumSquares } = exponentialSums(random, labels);
    this.sumAbsoluteError += behaviour.meanAbsoluteError * sum;
    this.sumSquaredError += behaviour.meanAbsoluteError ** 2 * sumSquares;
  }

  total(): ArmTotal {
    const { arm, requests, errors, disagreements, latency } = this;
    return { arm, requests, errors, disagreements, latency: { ...latency }, distinctKeys: null };
  }

  labels(): LabelTotal {
    const { arm, labelled, correct, sumAbsoluteError, sumSquaredError } = this;
    const total = { arm, labelled, correct, sumAbsoluteError, sumSquaredError };
    return total;
  }
}

/** From this many draws on, their sums are normal. */
const manyDraws = 200;

/** Sums of `n` draws from the exponential distribution with mean 1, and of their squares. */
function exponentialSums(random: RandomStream, n: number): { readonly sum: number; readonly sumSquares: number } {
  if (n >= manyDraws) {
    const [first, second] = [drawNormal(random), drawNormal(random)];
    const root = Math.sqrt(n);
    return { sum: n + root * first, sumSquares: 2 * n + root * (4 * first + 2 * second) };
  }
  let [sum, sumSquares] = [0, 0];
  for (let index = 0; index < n; index += 1) {
    const value = -Math.log(1 - random.next());
    sum += value;
    sumSquares += value * value;
  }
  return { sum, sumSquares };
}

/** Answers of two models to the same labelled requests, drawn so that they differ as often as is said. */
export class PairCounts {
  private readonly counts = { both: 0, championOnly: 0, challengerOnly: 0, neither: 0 };
  private readonly chances: { readonly championOnly: number; readonly challengerOnly: number; readonly both: number };

  constructor(
    champion: ArmBehaviour,
    challenger: ArmBehaviour,
    private readonly random: RandomStream,
  ) {
    const difference = challenger.accuracy - champion.accuracy;
    const differing = Math.max(Math.abs(difference), Math.min(challenger.disagreement, champion.accuracy));
    const challengerOnly = Math.min((differing + difference) / 2, 1 - champion.accuracy);
    const championOnly = challengerOnly - difference;
    this.chances = { championOnly, challengerOnly, both: champion.accuracy - championOnly };
  }

  /** Learns the truth of `labels` more requests that both answered. */
  learn(labels: number): void {
    const { championOnly, challengerOnly, both } = this.chances;
    const gained = drawBinomial(this.random, labels, challengerOnly);
    const lost = drawBinomial(this.random, labels - gained, championOnly / (1 - challengerOnly));
    const rest = labels - gained - lost;
    const right = drawBinomial(this.random, rest, both / (1 - challengerOnly - championOnly));
    this.counts.challengerOnly += gained;
    this.counts.championOnly += lost;
    this.counts.both += right;
    this.counts.neither += rest - right;
  }

  total(): PairedLabels {
    return { ...this.counts };
  }
}
