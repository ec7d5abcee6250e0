import { drawGamma, drawNormal, type RandomStream, type SampleSums } from '@laurel/domain';

/** Users who join each arm between two looks. */
export const usersPerLook = 250;

/** Two arms whose users each show one number with standard deviation 1, looked at again and again. */
export interface Trial {
  readonly looks: number;
  /** How far the challenger's mean lies above the champion's. */
  readonly effect: number;
}

/** Sums of both arms at one look. */
export interface ArmSums {
  readonly champion: SampleSums;
  readonly challenger: SampleSums;
}

/** What a rule says at a look; `continue` at the last look is no decision. */
export type Say = 'promote' | 'rollBack' | 'continue';

/** A rule that begins afresh with each trial. */
export interface Rule {
  readonly name: string;
  begin(trial: Trial): (sums: ArmSums, look: number) => Say;
}

export interface Ending {
  readonly say: Say;
  /** Users of both arms by then. */
  readonly users: number;
}

/** Runs one trial under every rule at once, on the same users. */
export function runTrial(trial: Trial, rules: readonly Rule[], random: RandomStream): readonly Ending[] {
  const endings = rules.map((): Ending => ({ say: 'continue', users: 2 * usersPerLook * trial.looks }));
  const open = new Map(rules.map((rule, index) => [index, rule.begin(trial)]));
  let [champion, challenger] = [none, none];
  for (let look = 1; look <= trial.looks && open.size > 0; look += 1) {
    champion = added(champion, users(random, 0));
    challenger = added(challenger, users(random, trial.effect));
    for (const [index, ask] of open) {
      const say = ask({ champion, challenger }, look);
      if (say === 'continue') continue;
      endings[index] = { say, users: 2 * usersPerLook * look };
      open.delete(index);
    }
  }
  return endings;
}

const none: SampleSums = { n: 0, sum: 0, sumSquares: 0 };

/** Sums of the next users, drawn from their exact distributions: the sum is normal, the squares about it chi-square. */
function users(random: RandomStream, mean: number): SampleSums {
  const sum = usersPerLook * mean + Math.sqrt(usersPerLook) * drawNormal(random);
  const about = 2 * drawGamma(random, (usersPerLook - 1) / 2);
  return { n: usersPerLook, sum, sumSquares: about + sum ** 2 / usersPerLook };
}

function added(a: SampleSums, b: SampleSums): SampleSums {
  return { n: a.n + b.n, sum: a.sum + b.sum, sumSquares: a.sumSquares + b.sumSquares };
}
