import { type Interval, wilson } from '@laurel/domain';
import { tableText } from '../markdown-table.js';
import type { Machine } from '../report.js';
import { type Comparison, comparisonMarkdown } from './rivals/compare.js';
import type { Ending, Trial } from './trial.js';

/** What one rule did in many trials of one kind. */
export interface Outcome extends Trial {
  readonly rule: string;
  readonly rollouts: number;
  readonly promoted: number;
  readonly rolledBack: number;
  /** Mean users of both arms by the decision, of trials that were decided; `null` without any. */
  readonly usersToDecision: number | null;
  /** Users of both arms if every look is taken. */
  readonly horizon: number;
}

export interface StatisticsReport {
  readonly measuredAt: string;
  readonly machine: Machine;
  readonly seed: number;
  readonly seconds: number;
  readonly outcomes: readonly Outcome[];
  readonly aims: readonly Aim[];
  readonly comparisons: readonly Comparison[];
}

/** Something that must hold, and what was measured. */
export interface Aim {
  readonly what: string;
  readonly limit: string;
  readonly measured: string;
  readonly met: boolean;
}

/** Largest share of false decisions; 5 % is what the rules promise. */
const falseLimit = 0.055;
const leastPower = 0.67;
const largestShareOfUsers = 0.45;

/** The harm that is to be found before most users have met it. */
const largestHarm = -0.1;

export function outcomeOf(trial: Trial, rule: string, endings: readonly Ending[]): Outcome {
  const decided = endings.filter(({ say }) => say !== 'continue');
  const total = decided.reduce((sum, { users }) => sum + users, 0);
  return {
    ...trial,
    rule,
    rollouts: endings.length,
    promoted: decided.filter(({ say }) => say === 'promote').length,
    rolledBack: decided.filter(({ say }) => say === 'rollBack').length,
    usersToDecision: decided.length === 0 ? null : total / decided.length,
    horizon: 500 * trial.looks,
  };
}

/** Judges what Laurel's rule did. */
export function aimsOf(outcomes: readonly Outcome[]): readonly Aim[] {
  return outcomes.filter(({ rule }) => rule === 'Laurel').flatMap(aimsFor);
}

function aimsFor(outcome: Outcome): readonly Aim[] {
  const { effect, looks, promoted, rolledBack, rollouts, usersToDecision, horizon } = outcome;
  if (effect === 0) {
    const wrong = promoted + rolledBack;
    const what = `false decisions, ${looks} looks, no difference`;
    return [{ what, limit: '≤ 5.5 %', measured: percent(wrong, rollouts), met: wrong <= falseLimit * rollouts }];
  }
  if (looks !== 20) return [];
  if (effect > 0) {
    const met = promoted >= leastPower * rollouts;
    const what = `promoted, 20 looks, better by ${effect} standard deviations`;
    return effect === 0.05 ? [{ what, limit: '≥ 67 %', measured: percent(promoted, rollouts), met }] : [];
  }
  if (effect !== largestHarm) return [];
  const share = (usersToDecision ?? horizon) / horizon;
  const met = share <= largestShareOfUsers;
  const what = `users until the rollback, 20 looks, worse by ${-effect} standard deviations`;
  const wrong = { what: 'promoted although worse', limit: '0', measured: String(promoted), met: promoted === 0 };
  const measured = `${(100 * share).toFixed(1)} % (rolled back ${percent(rolledBack, rollouts)})`;
  return [{ what, limit: '≤ 45 % of all', measured, met }, wrong];
}

/** The report as Markdown. */
export function reportMarkdown(report: StatisticsReport): string {
  const { measuredAt, machine, seed, seconds, outcomes, aims, comparisons } = report;
  const { cores, processor, platform, node, load } = machine;
  const rollouts = outcomes[0]?.rollouts ?? 0;
  const rows = outcomes.map((outcome) => [
    String(outcome.looks),
    outcome.effect === 0 ? '0' : outcome.effect.toFixed(2),
    outcome.rule,
    percent(outcome.promoted, outcome.rollouts),
    percent(outcome.rolledBack, outcome.rollouts),
    outcome.usersToDecision === null ? '' : Math.round(outcome.usersToDecision).toLocaleString('en'),
    `${((100 * (outcome.usersToDecision ?? outcome.horizon)) / outcome.horizon).toFixed(0)} %`,
  ]);
  const head = ['looks', 'effect', 'rule', 'promoted', 'rolled back', 'users at the decision', 'of all'];
  return [
    `${rollouts.toLocaleString('en')} rollouts of each kind, seed ${seed}; ${seconds.toFixed(0)} s on ${cores} cores (${processor}), ${platform}, Node.js ${node}, load ${load.toFixed(1)} before; ${measuredAt}.`,
    tableText([head, ...rows]),
    tableText([
      ['aim', 'limit', 'measured', 'met'],
      ...aims.map(({ what, limit, measured, met }) => [what, limit, measured, met ? 'yes' : '**no**']),
    ]),
    `The same recorded traffic under three policies, ${comparisons[0]?.recordings ?? 0} recordings of each challenger; what is wrong is bold:`,
    comparisonMarkdown(comparisons),
  ].join('\n\n');
}

function percent(count: number, of: number): string {
  const { low, high }: Interval = wilson({ successes: count, n: of });
  const text = (share: number) => (100 * share).toFixed(1);
  return `${text(count / of)} % (${text(low)}–${text(high)})`;
}
