import type { PromoteModel } from '@laurel/contracts';
import { describeStep, milliseconds, type RolloutStepSpec } from '@laurel/domain';
import { awaitApprovals } from './approvals.js';
import type { RolloutMail } from './rollout-mail.js';
import { applySplit, openAnalysis, type Stage, showStep } from './stage.js';
import type { Waiting } from './waiting.js';

/** A rollout in progress, as its steps see it. */
interface Course {
  readonly input: PromoteModel;
  readonly mail: RolloutMail;
  readonly waiting: Waiting;
}

/**
 * Walks the plan's steps. Returns the id of the last stored PASS, or `null` when no analysis passed (a plan without
 * one never promotes). Throws a rejection when live traffic, a person or the deadline says to turn back.
 */
export async function runSteps(course: Course, governed: boolean): Promise<string | null> {
  const { input, mail, waiting } = course;
  let stage: Stage = { epoch: 0, weight: 0, shadowSample: 0 };
  let passed: string | null = null;
  for (const [index, step] of input.plan.steps.entries()) {
    waiting.check();
    await showStep(input, mail, { step: index, phase: describeStep(step), weight: stage.weight });
    const result = await runStep({ ...course, governed }, { index, step, stage });
    stage = result.stage;
    passed = result.passed ?? passed;
  }
  return passed;
}

interface StepResult {
  readonly stage: Stage;
  readonly passed?: string;
}

async function runStep(
  course: Course & { readonly governed: boolean },
  at: { readonly index: number; readonly step: RolloutStepSpec; readonly stage: Stage },
): Promise<StepResult> {
  const { input, mail, waiting } = course;
  const { index, step, stage } = at;
  if ('setWeight' in step) {
    const next = await applySplit(input, { step: index, weight: step.setWeight, shadowSample: 0 });
    await openAnalysis(input, next, { step: index, settle: [], shadowRequests: null, openedAt: now() });
    return { stage: next };
  }
  if ('shadow' in step) {
    const next = await applySplit(input, { step: index, weight: 0, shadowSample: step.shadow.sample });
    await openAnalysis(input, next, {
      step: index,
      settle: [],
      shadowRequests: step.shadow.until.requests,
      openedAt: now(),
    });
    await waiting.until(() => hasPassed(mail, index));
    return { stage: next };
  }
  if ('analysis' in step) {
    await openAnalysis(input, stage, {
      step: index,
      settle: step.analysis.metrics,
      shadowRequests: null,
      openedAt: now(),
    });
    await waiting.until(() => hasPassed(mail, index));
    const evidenceId = mail.verdict()?.evidenceId;
    return evidenceId === undefined ? { stage } : { stage, passed: evidenceId };
  }
  if ('pause' in step) {
    const before = mail.promotions();
    const ordered = () => mail.promotions() > before;
    if (step.pause.duration === undefined) await waiting.until(ordered);
    else await waiting.pause(milliseconds(step.pause.duration), ordered);
    return { stage };
  }
  const { approvers } = step.approval;
  if (course.governed) await awaitApprovals(course, approvers);
  else await waiting.until(() => mail.approvers() >= approvers);
  return { stage };
}

function hasPassed(mail: RolloutMail, step: number): boolean {
  const verdict = mail.verdict();
  return verdict !== undefined && verdict.step === step && verdict.action === 'advance';
}

/** The workflow's clock, which replays. */
function now(): string {
  return new Date(Date.now()).toISOString();
}
