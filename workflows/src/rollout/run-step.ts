import type { OperatorOrder } from '@laurel/contracts';
import { milliseconds, type RolloutStepSpec } from '@laurel/domain';
import { awaitApprovals } from './approvals.js';
import type { Course } from './course.js';
import { awaitThaw } from './freeze.js';
import { awaitConfirmation, watchForRollback } from './gates.js';
import type { RolloutMail } from './rollout-mail.js';
import { applySplit, openAnalysis, type Stage } from './stage.js';

interface StepRun {
  readonly index: number;
  readonly step: RolloutStepSpec;
  /** 1, or more when a person had it run again. */
  readonly run: number;
  readonly ordered: () => OperatorOrder | undefined;
}

type Governed = Course & { readonly governed: boolean };

/** Takes one step to its end, or to an order about it. Returns the id of the stored PASS of an analysis that passed. */
export async function runStep(course: Governed, at: StepRun): Promise<string | null> {
  const { mail, waiting } = course;
  const { step, ordered } = at;
  if ('setWeight' in step) return setWeight(course, at, step.setWeight);
  if ('setHeaderRoute' in step) return setTraffic(course, at, course.traffic.stage);
  if ('shadow' in step) return shadow(course, at, step.shadow);
  if ('analysis' in step) return analysis(course, at, step.analysis.metrics);
  if ('pause' in step) {
    const before = mail.promotions();
    const over = () => mail.promotions() > before || ordered() !== undefined;
    if (step.pause.duration === undefined) await waiting.until(over);
    else await waiting.pause(milliseconds(step.pause.duration), over);
    return null;
  }
  if ('gate' in step) {
    if (step.gate.kind === 'rollback') watchForRollback(course, { index: at.index, gate: step.gate });
    else await awaitConfirmation(course, { index: at.index, gate: step.gate, ordered });
    return null;
  }
  const { approvers } = step.approval;
  if (course.governed) await awaitApprovals(course, approvers);
  else await waiting.until(() => mail.approvers() >= approvers);
  return null;
}

async function setWeight(course: Governed, at: StepRun, weight: number): Promise<null> {
  if (weight > course.traffic.stage.weight) await awaitThaw(course);
  return setTraffic(course, at, { weight, shadowSample: 0 });
}

async function setTraffic(course: Governed, at: StepRun, share: Pick<Stage, 'weight' | 'shadowSample'>): Promise<null> {
  await apply(course, at, share);
  await watch(course, at, { settle: [], shadowRequests: null });
  return null;
}

async function shadow(
  course: Governed,
  at: StepRun,
  { sample, until }: { readonly sample: number; readonly until: { readonly requests: number } },
): Promise<null> {
  await apply(course, at, { weight: 0, shadowSample: sample });
  await watch(course, at, { settle: [], shadowRequests: until.requests });
  await verdict(course, at);
  return null;
}

/** Run again, it counts from a new epoch on: what was seen before is not looked at a second time. */
async function analysis(course: Governed, at: StepRun, metrics: readonly string[]): Promise<string | null> {
  if (at.run > 1) await apply(course, at, course.traffic.stage);
  await watch(course, at, { settle: metrics, shadowRequests: null });
  const passed = await verdict(course, at);
  return passed ? (course.mail.verdict()?.evidenceId ?? null) : null;
}

async function apply(
  { input, traffic }: Governed,
  { index, run }: StepRun,
  { weight, shadowSample }: Pick<Stage, 'weight' | 'shadowSample'>,
): Promise<void> {
  traffic.stage = await applySplit(input, { step: index, run, weight, shadowSample });
}

async function watch(
  { input, traffic }: Governed,
  { index }: StepRun,
  look: { readonly settle: readonly string[]; readonly shadowRequests: number | null },
): Promise<void> {
  await openAnalysis(input, traffic.stage, { step: index, ...look, openedAt: new Date(Date.now()).toISOString() });
}

/** Waits for the watcher's word about this run of the step; false when a person's order came first. */
async function verdict({ mail, waiting, traffic }: Governed, { index, run, ordered }: StepRun): Promise<boolean> {
  const since = run === 1 ? 0 : traffic.stage.epoch;
  await waiting.until(() => hasPassed(mail, index, since) || ordered() !== undefined);
  return hasPassed(mail, index, since) && ordered() === undefined;
}

function hasPassed(mail: RolloutMail, step: number, sinceEpoch: number): boolean {
  const change = mail.verdict();
  return change !== undefined && change.step === step && change.action === 'advance' && change.epoch >= sinceEpoch;
}
