import { milliseconds } from '../duration.js';
import { decide } from '../rollout/decide.js';
import type { Decision } from '../rollout/evidence.js';
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
  /** `undecided`: a look held it for a person, or the deadline came first; then a rollout turns back. */
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
  const course: Course = { seconds: 0, exposed: 0, decision: null, stage, epoch: 0 };
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

function watch(simulation: Simulation, course: Course, { forSeconds, ...look }: Watch): StepEnd {
  const { plan, lookEverySeconds } = simulation;
  const deadline = milliseconds(plan.deadline) / 1_000;
  const until = course.seconds + (forSeconds ?? Number.POSITIVE_INFINITY);
  const end = Math.min(until, deadline);
  while (course.seconds < end) {
    const seconds = Math.min(lookEverySeconds, end - course.seconds);
    course.seconds += seconds;
    course.exposed += course.stage.pass(seconds, course.seconds);
    const analysis = analysisOf(course, look);
    course.decision = decisionFor(analysis, decide(lookAtStage(simulation, course.stage, analysis)));
    const { action } = course.decision;
    if (action === 'rollBack') return 'rolledBack';
    if (action === 'advance') return 'done';
    if (action === 'hold') return 'undecided';
  }
  return course.seconds >= deadline ? 'undecided' : 'done';
}

function lookAtStage({ plan }: Simulation, stage: StageTraffic, analysis: OpenAnalysis) {
  const weight = 100 * stage.share.weight;
  return lookAt({
    ...stage.observed(),
    analysis,
    metrics: plan.metrics,
    ejections: 0,
    telemetryAgeMilliseconds: 0,
    planExhausted: false,
    weights: { champion: 100 - weight, challenger: weight },
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
