import type { Candidate, Ground } from './candidate.js';
import { type Contestant, serverContestant, untilAnswering } from './contestants.js';
import type { Prepared } from './prepared.js';
import type { ServingReport } from './report.js';
import type { Scenario } from './scenarios.js';

/** Everybody who is up, standing still until it is their turn. */
export interface Field extends AsyncDisposable {
  readonly contestants: readonly Contestant[];
  readonly candidates: ServingReport['candidates'];
  /** Who could not be started, and why. */
  readonly missing: readonly string[];
}

interface Wanted {
  readonly candidates: readonly Candidate[];
  readonly scenarios: readonly Scenario[];
  readonly prepare: (scenario: Scenario) => Promise<Prepared>;
}

/** Starts the candidates that any scenario needs, one after the other; who cannot be started is left out. */
export async function openField(ground: Ground, { candidates, scenarios, prepare }: Wanted): Promise<Field> {
  const contestants: Contestant[] = [];
  const described: ServingReport['candidates'][number][] = [];
  const missing: string[] = [];
  for (const candidate of candidates) {
    const first = scenarios.find((scenario) => candidate.takes(scenario));
    if (first === undefined) continue;
    ground.say(`starting ${candidate.name}`);
    try {
      const running = await candidate.start(ground);
      const contestant = serverContestant(candidate, running, prepare);
      contestants.push(contestant);
      if (candidate.kind !== 'ceiling') await untilAnswering(running, first, prepare);
      running.pause();
      const { name, kind, title } = candidate;
      described.push({ name, kind, title, versions: running.versions });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      ground.say(`without ${candidate.name}: ${reason}`);
      missing.push(`${candidate.name}: ${reason}`);
    }
  }
  const up = contestants.filter(({ name }) => described.some((one) => one.name === name));
  return {
    contestants: up,
    candidates: described,
    missing,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(contestants.map((contestant) => contestant.stop()));
    },
  };
}
