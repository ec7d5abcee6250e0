import { milliseconds } from '../duration.js';
import { decide } from '../rollout/decide.js';
import type { Decision, LookInput, SplitOfEpoch } from '../rollout/evidence.js';
import { decisionFor } from '../rollout/guard-only.js';
import { lookAt } from '../rollout/look-at.js';
import type { RolloutPlan, RolloutStepSpec } from '../rollout/plan.js';
import type { OpenAnalysis } from '../rollout/rollout.js';
import type { RandomStream } from '../statistics/random.js';
import { type StageShare, StageTraffic, type SyntheticTraffic } from './stage-traffic.js';

export interface Simulation {
  readonly plan: Pick<RolloutPlan, 'steps' | 'metrics' | 'deadline'>;
  readonly traffic: SyntheticTraffic;
  readonly lookEverySeconds: number;
  readonly random: RandomStream;
}

/** How one simulated rollout ended. */
export interface SimulatedRollout {
  /** `undecided`: nobody decided what was held, or the deadline came first; then a rollout turns back. */
  readonly outcome: 'promoted' | 'rolledBack' | 'undecided';
  readonly seconds: number;
  /** Requests of users that the challenger answered. */
  readonly exposed: number;
  /** Index of the step in which it ended. */
  readonly step: number;
  /** Of the look that ended it, or of the last one. */
  readonly decision: Decision | null;
}

/** Where a simulated rollout is. */
interface Course {
  seconds: number;
  exposed: number;
  decision: Decision | null;
  stage: StageTraffic;
  /** Count of splits so far. */
  epoch: number;
  /** The look before in the same step and epoch. */
  before: LookInput | undefined;
  /** What the splits so far gave their arms. */
  splits: readonly SplitOfEpoch[];
}

type StepEnd = 'done' | 'rolledBack' | 'undecided';

const untouched: StageShare = { mode: 'shadow', weight: 0, shadow: 0 };

/**
 * Walks a plan's steps over synthetic traffic as the saga does, each look by the very functions that decide live.
 * Approvals and pauses without a duration take no time; loading a model takes none either.
 */
export function simulateRollout(simulation: Simulation): SimulatedRollout {
  const { plan, traffic, random } = simulation;
  const stage = new StageTraffic(traffic, untouched, random);
  const course: Course = {
    seconds: 0,
    exposed: 0,
    decision: null,
    stage,
    epoch: 0,
    before: undefined,
    splits: [],
  };
  const end = (outcome: SimulatedRollout['outcome'], step: number): SimulatedRollout => {
    const { seconds, exposed, decision } = course;
    return { outcome, seconds, exposed, step, decision };
  };
  let passed = false;
  for (const [index, step] of plan.steps.entries()) {
    const ended = takeStep(simulation, course, { index, step });
    if (ended !== 'done') return end(ended, index);
    passed ||= 'analysis' in step;
  }
  return end(passed ? 'promoted' : 'rolledBack', plan.steps.length - 1);
}

function takeStep(
  simulation: Simulation,
  course: Course,
  { index, step }: { readonly index: number; readonly step: RolloutStepSpec },
): StepEnd {
  const share = shareOf(step);
  if (share !== null) {
    course.epoch += 1;
    course.stage = new StageTraffic(simulation.traffic, share, simulation.random);
  }
  course.before = undefined;
  const look = { step: index, settle: [], shadowRequests: null };
  if ('shadow' in step) return watch(simulation, course, { ...look, shadowRequests: step.shadow.until.requests });
  if ('analysis' in step) return watch(simulation, course, { ...look, settle: step.analysis.metrics });
  if (!('pause' in step) || step.pause.duration === undefined) return 'done';
  return watch(simulation, course, { ...look, forSeconds: milliseconds(step.pause.duration) / 1_000 });
}

function shareOf(step: RolloutStepSpec): StageShare | null {
  if ('shadow' in step) return { mode: 'shadow', weight: 0, shadow: step.shadow.sample / 100 };
  if ('setWeight' in step) return { mode: 'canary', weight: step.setWeight / 100, shadow: 0 };
  return null;
}

interface Watch extends Pick<OpenAnalysis, 'step' | 'settle' | 'shadowRequests'> {
  /** Ends after this time; without it, with a verdict. */
  readonly forSeconds?: number;
}

/** A held rollout waits for a person, and is looked at for harm until its deadline. */
const looksWhileHeld = 40;

function watch(simulation: Simulation, course: Course, { forSeconds, ...look }: Watch): StepEnd {
  const { plan, lookEverySeconds } = simulation;
  const deadline = milliseconds(plan.deadline) / 1_000;
  const until = course.seconds + (forSeconds ?? Number.POSITIVE_INFINITY);
  const end = Math.min(until, deadline);
  let spacing = lookEverySeconds;
  while (course.seconds < end) {
    const seconds = Math.min(spacing, end - course.seconds);
    course.seconds += seconds;
    course.exposed += course.stage.pass(seconds, course.seconds);
    const analysis = analysisOf(course, look);
    course.before = lookAtStage(simulation, course, analysis);
    course.splits = course.before.splits ?? course.splits;
    course.decision = decisionFor(analysis, decide(course.before));
    const { action } = course.decision;
    if (action === 'rollBack') return 'rolledBack';
    if (action === 'advance') return 'done';
    if (action === 'hold') spacing = Math.max(spacing, (end - course.seconds) / looksWhileHeld);
  }
  return course.seconds >= deadline ? 'undecided' : 'done';
}

function lookAtStage({ plan }: Simulation, course: Course, analysis: OpenAnalysis): LookInput {
  const { stage, before, splits } = course;
  const weight = 100 * stage.share.weight;
  return lookAt({
    ...stage.observed(),
    analysis,
    metrics: plan.metrics,
    ejections: 0,
    telemetryAgeMilliseconds: 0,
    planExhausted: false,
    weights: { champion: 100 - weight, challenger: weight },
    before,
    earlierSplits: splits,
  });
}

function analysisOf(
  { stage, epoch }: Course,
  look: Pick<OpenAnalysis, 'step' | 'settle' | 'shadowRequests'>,
): OpenAnalysis {
  const place = { rollout: 'simulated/1', workflowId: 'simulated/1', endpoint: 'simulated', openedAt: startOfTime };
  return { ...place, ...look, epoch, mode: stage.share.mode };
}

/** Looks take time from nothing but the sums. */
const startOfTime = '1970-01-01T00:00:00.000Z';
