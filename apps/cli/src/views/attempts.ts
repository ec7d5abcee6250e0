import type { AttemptView, RunProgressView } from '@laurel/contracts/schemas';
import { renderTable } from '../output/table.js';
import { dash, numberText, spanText, tookText } from '../output/text.js';

/** The starts of a trainer, newest first, as a table. */
export function attemptsTable(attempts: readonly AttemptView[], now: number): string {
  return renderTable(
    ['attempt', 'on', 'node', 'took', 'steps', 'lost', 'ended', 'charged', 'cost'],
    attempts.map((attempt) => [
      String(attempt.attempt),
      attempt.placement,
      attempt.node ?? dash,
      tookText(attempt.startedAt, attempt.endedAt, now),
      `${attempt.fromStep}-${attempt.lastStep}`,
      String(attempt.lostSteps),
      attempt.cause ?? (attempt.waiting === null ? 'running' : `waits: ${attempt.waiting}`),
      attempt.charged === null ? dash : attempt.charged ? 'yes' : 'no',
      costText(attempt.cost) ?? dash,
    ]),
  );
}

/** How an attempt ended, in a sentence. */
export function endText({ attempt, cause, message, advice, charged, lostSteps }: AttemptView): string {
  const lost = lostSteps === 0 ? 'no step is lost' : `${lostSteps} steps are done again`;
  const price = charged === true ? 'it counts as a failed attempt' : 'it is not charged';
  const what = message === null ? '' : `: ${message.replace(/\.$/, '')}`;
  const next = charged === true && advice !== null ? ` To do: ${advice}.` : '';
  return `Attempt ${attempt} ended, ${cause ?? 'unknown'}${what} (${lost}, ${price}).${next}`;
}

/** What all attempts together took, in a sentence; nothing to say when the trainer did not run. */
export function totalText(attempts: readonly AttemptView[]): string | undefined {
  if (attempts.length === 0) return undefined;
  const sum = (of: (attempt: AttemptView) => number) => attempts.reduce((total, attempt) => total + of(attempt), 0);
  const cost = costText(totalCost(attempts));
  const parts = [
    `Trained in ${attempts.length === 1 ? '1 attempt' : `${attempts.length} attempts`}`,
    `ran ${spanText(1_000 * sum(({ ranSeconds }) => ranSeconds))}`,
    `${sum(({ lostSteps }) => lostSteps)} steps lost`,
    ...(cost === undefined ? [] : [`cost ${cost}`]),
  ];
  return `${parts.join(', ')}.`;
}

/** The costs of attempts in one currency together; `null` when there are none or the currency changed. */
function totalCost(attempts: readonly AttemptView[]): AttemptView['cost'] {
  const costs = attempts.flatMap(({ cost }) => (cost === null ? [] : [cost]));
  const [first] = costs;
  if (first === undefined || costs.some(({ currency }) => currency !== first.currency)) return null;
  return { amount: costs.reduce((total, { amount }) => total + amount, 0), currency: first.currency };
}

function costText(cost: AttemptView['cost'] | undefined): string | undefined {
  return cost == null ? undefined : `${cost.amount.toFixed(2)} ${cost.currency}`;
}

/** Where a trainer is and how fast it goes, as `12.5 steps/s, 40s to go, attempt 2 (spot) on gpu-1`. */
export function paceText(progress: RunProgressView): string {
  const { stepsPerSecond, etaSeconds, attempt, placement, node, waiting } = progress;
  const cost = costText(progress.cost);
  const where = node == null ? '' : ` on ${node}`;
  return [
    ...(waiting == null ? [] : [`waits: ${waiting}`]),
    ...(stepsPerSecond == null || stepsPerSecond <= 0 ? [] : [`${numberText(stepsPerSecond)} steps/s`]),
    ...(etaSeconds == null ? [] : [`${spanText(1_000 * etaSeconds)} to go`]),
    ...(attempt === undefined ? [] : [`attempt ${attempt} (${placement ?? 'onDemand'})${where}`]),
    ...(cost === undefined ? [] : [`cost ${cost}`]),
  ].join(', ');
}
