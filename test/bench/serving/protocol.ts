import type { Contestant } from './contestants.js';
import type { Sample } from './samples.js';
import type { Scenario } from './scenarios.js';

export interface Protocol {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly seed: number;
  /** Requests per second of the scenarios with a constant rate. */
  readonly rate: number;
  readonly say: (line: string) => void;
}

/** A contestant that is not measured in a scenario, and why. */
export interface Refusal {
  readonly scenario: string;
  readonly candidate: string;
  readonly reason: string;
}

interface Entry {
  readonly scenario: Scenario;
  readonly contestants: readonly Contestant[];
}

/** Asks everybody for the numbers of onnxruntime; who does not give them is not measured in that scenario. */
export async function checkAll(
  scenarios: readonly Scenario[],
  contestants: readonly Contestant[],
): Promise<{ readonly entries: readonly Entry[]; readonly refusals: readonly Refusal[] }> {
  const refusals: Refusal[] = [];
  const entries: Entry[] = [];
  for (const scenario of scenarios) {
    const good: Contestant[] = [];
    for (const contestant of contestants.filter((one) => one.takes(scenario))) {
      const reason = await contestant.check(scenario);
      if (reason === null) good.push(contestant);
      else refusals.push({ scenario: scenario.name, candidate: contestant.name, reason });
    }
    entries.push({ scenario, contestants: good });
  }
  return { entries, refusals };
}

/** Measures in rounds: in each, scenario by scenario, all contestants one after the other in an order that is drawn. */
export async function runRounds(entries: readonly Entry[], protocol: Protocol): Promise<readonly Sample[]> {
  const { rounds, seconds, warmUpSeconds, rate, say } = protocol;
  const random = createRandom(protocol.seed);
  const samples: Sample[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const { scenario, contestants } of entries) {
      for (const contestant of shuffled(contestants, random)) {
        await contestant.measure(scenario, { seconds: warmUpSeconds, rate });
        const measured = await contestant.measure(scenario, { seconds, rate });
        samples.push({ scenario: scenario.name, candidate: contestant.name, round, ...measured });
        const latency = measured.p99 === null ? '' : `, p99 ${measured.p99.toFixed(2)} ms`;
        const failed = measured.failed === 0 ? '' : `, ${measured.failed} failed`;
        const what = `${contestant.name} ${Math.round(measured.perSecond)}/s`;
        say(`round ${round}/${rounds}: ${scenario.name}: ${what}${latency}${failed}`);
      }
    }
  }
  return samples;
}

function shuffled<T>(values: readonly T[], random: () => number): readonly T[] {
  return values
    .map((value) => ({ value, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

/** Numbers in [0, 1) that a seed repeats (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
