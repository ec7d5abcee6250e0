import type { TrainingState, TrainingStep } from '@laurel/contracts';
import { addCost, type Cost, type TrainingProgress } from '@laurel/domain';

/** The state of a training that has these steps as Markdown, for Temporal's UI. */
export function trainingDetails(state: TrainingState, steps: readonly TrainingStep[]): string {
  const done = steps.slice(0, steps.indexOf(state.step)).map((name) => `- [x] ${name}`);
  return [`**${state.project}**`, ...done, `- [ ] ${state.step}`, ...attemptLines(state)].join('\n');
}

function attemptLines({ attempts, maximumAttempts, progress, cost, lastEnd }: TrainingState): readonly string[] {
  if (attempts === null) return [];
  const { attempt, placement, charged, lostSteps } = attempts;
  const total = addCost(cost, progress?.cost ?? null);
  return [
    '',
    `attempt ${attempt} (${placement}), ${charged} of ${maximumAttempts} failed attempts charged, ${lostSteps} steps lost`,
    ...(progress === null ? [] : [progressLine(progress)]),
    ...(total === null ? [] : [`cost so far: ${costText(total)}`]),
    ...(lastEnd === null ? [] : [`attempt ${lastEnd.attempt} ended: ${lastEnd.message} (${lastEnd.advice})`]),
  ];
}

function progressLine({ step, totalSteps, stepsPerSecond, etaSeconds, node, waiting }: TrainingProgress): string {
  if (waiting !== null) return `waiting: ${waiting}`;
  const parts = [
    `step ${step}${totalSteps === null ? '' : ` of ${totalSteps}`}`,
    ...(stepsPerSecond === null ? [] : [`${Number(stepsPerSecond.toPrecision(3))} steps/s`]),
    ...(etaSeconds === null ? [] : [`${Math.round(etaSeconds)} s to go`]),
    ...(node === null ? [] : [`on ${node}`]),
  ];
  return parts.join(', ');
}

function costText({ amount, currency }: Cost): string {
  return `${amount.toFixed(2)} ${currency}`;
}
