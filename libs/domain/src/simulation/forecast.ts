import { milliseconds, parseDuration } from '../duration.js';
import type { MetricRole, RolloutMetricSpec, RolloutPlan, RolloutStepSpec } from '../rollout/plan.js';
import { needsOf } from '../rollout/rollout-metrics.js';
import { describeStep } from '../rollout/steps.js';
import { detectableDifference, type TestDesign } from '../statistics/sample-size.js';
import { type ArmBehaviour, type Behaviour, behaviours } from './behaviour.js';
import { perItemVariance } from './per-item-variance.js';

/** Risks a forecast is computed for: one-sided, as a guardrail asks. */
export const forecastDesign: TestDesign = { alpha: 0.05, power: 0.8, sides: 1 };

/** The traffic that a plan will meet. */
export interface ExpectedTraffic {
  readonly requestsPerSecond: number;
  /** Share of answers whose truth arrives. */
  readonly labelled: number;
  readonly labelDelaySeconds: number;
  readonly champion: ArmBehaviour;
}

/** What a step can tell about one of its metrics. */
export interface MetricForecast {
  readonly name: string;
  readonly role: MetricRole;
  /** Largest harm let pass, in the metric's unit; `null` when only a hard limit bounds it. */
  readonly margin: number | null;
  /** Values per arm that the plan asks for. */
  readonly minimumSample: number;
  /** Of the challenger, to tell a harm of the size of the margin with power 80 % at 5 %; `null` without a margin. */
  readonly neededSample: number | null;
  /** Smallest harm found with power 80 % at the sample the plan asks for; `null` where it cannot be said. */
  readonly detectable: number | null;
  /** Until the challenger has the sample the plan asks for. */
  readonly seconds: number;
}

export interface StepForecast {
  readonly step: number;
  readonly text: string;
  /** Share of the traffic that the challenger answers in it, in percent. */
  readonly weight: number;
  /** Until it is over if nothing goes wrong; `null` for one that waits for a person. */
  readonly seconds: number | null;
  readonly metrics: readonly MetricForecast[];
}

/** A plan before anything moves. */
export interface PlanForecast {
  readonly steps: readonly StepForecast[];
  /** Of all steps that end by themselves. */
  readonly seconds: number;
  readonly deadlineSeconds: number;
  /** Requests of users that the challenger answers on the way. */
  readonly exposed: number;
  /** One sentence for each thing that this traffic cannot reach. */
  readonly problems: readonly string[];
}

type Plan = Pick<RolloutPlan, 'steps' | 'metrics' | 'deadline'>;

interface Stage {
  readonly weight: number;
  readonly shadow: number;
  /** Since the split last changed; counts towards samples. */
  readonly elapsed: number;
}

/** Says how long the steps of a plan take with this traffic, and what they can tell. */
export function forecast(plan: Plan, traffic: ExpectedTraffic): PlanForecast {
  const steps: StepForecast[] = [];
  let stage: Stage = { weight: 0, shadow: 0, elapsed: 0 };
  let exposed = 0;
  for (const [index, step] of plan.steps.entries()) {
    stage = enter(step, stage);
    const metrics = 'analysis' in step ? step.analysis.metrics : [];
    const judged = metrics.flatMap((name) => metricForecast({ plan, name, traffic, stage }));
    const seconds = secondsOf({ step, stage, traffic, judged });
    steps.push({ step: index, text: describeStep(step), weight: 100 * stage.weight, seconds, metrics: judged });
    stage = { ...stage, elapsed: stage.elapsed + (seconds ?? 0) };
    exposed += (seconds ?? 0) * traffic.requestsPerSecond * stage.weight;
  }
  const seconds = steps.reduce((sum, step) => sum + (step.seconds ?? 0), 0);
  const deadlineSeconds = milliseconds(plan.deadline) / 1_000;
  return {
    steps,
    seconds,
    deadlineSeconds,
    exposed: Number.isFinite(exposed) ? Math.round(exposed) : Number.POSITIVE_INFINITY,
    problems: problemsOf({ steps, seconds, deadlineSeconds, traffic }),
  };
}

function enter(step: RolloutStepSpec, stage: Stage): Stage {
  if ('setWeight' in step) return { weight: step.setWeight / 100, shadow: 0, elapsed: 0 };
  if ('shadow' in step) return { weight: 0, shadow: step.shadow.sample / 100, elapsed: 0 };
  return stage;
}

function metricForecast(input: {
  readonly plan: Plan;
  readonly name: string;
  readonly traffic: ExpectedTraffic;
  readonly stage: Stage;
}): MetricForecast[] {
  const { plan, name, traffic, stage } = input;
  const spec = Object.hasOwn(plan.metrics, name) ? plan.metrics[name] : undefined;
  if (spec === undefined) return [];
  const { margin, ...tells } = tellable({ spec, name, traffic, stage });
  const { role, minimumSample } = spec;
  return [{ name, role, margin, minimumSample, ...tells, seconds: sampleSeconds({ spec, name, traffic, stage }) }];
}

function tellable(input: {
  readonly spec: RolloutMetricSpec;
  readonly name: string;
  readonly traffic: ExpectedTraffic;
  readonly stage: Stage;
}): Pick<MetricForecast, 'margin' | 'neededSample' | 'detectable'> {
  const { spec, name, traffic, stage } = input;
  const margin = limitOf(spec.margin);
  const perItem = isBehaviour(name) ? perItemVariance(name, traffic.champion) : null;
  if (margin === null || perItem === null) return { margin, neededSample: null, detectable: null };
  const ratio = stage.weight > 0 ? (1 - stage.weight) / stage.weight : 1;
  const perChallenger = ratio > 0 ? perItem * (1 + 1 / ratio) : Number.POSITIVE_INFINITY;
  const unit = detectableDifference(Math.sqrt(perChallenger), forecastDesign);
  return {
    margin,
    neededSample: margin > 0 ? Math.ceil((unit / margin) ** 2) : null,
    detectable: unit / Math.sqrt(spec.minimumSample),
  };
}

/** Until the smaller arm has its sample, counted from now. */
function sampleSeconds(input: {
  readonly spec: RolloutMetricSpec;
  readonly name: string;
  readonly traffic: ExpectedTraffic;
  readonly stage: Stage;
}): number {
  const { spec, name, traffic, stage } = input;
  const { weight, shadow, elapsed } = stage;
  const share = weight > 0 ? Math.min(weight, spec.margin === undefined ? 1 : 1 - weight) : shadow;
  const labels = needsOf(name)?.labels === true;
  const perSecond = traffic.requestsPerSecond * share * (labels ? traffic.labelled : 1);
  const wait = spec.minimumSample / perSecond + (labels ? traffic.labelDelaySeconds : 0);
  return Math.max(0, wait - elapsed);
}

function secondsOf(input: {
  readonly step: RolloutStepSpec;
  readonly stage: Stage;
  readonly traffic: ExpectedTraffic;
  readonly judged: readonly MetricForecast[];
}): number | null {
  const { step, stage, traffic, judged } = input;
  if ('shadow' in step) return step.shadow.until.requests / (traffic.requestsPerSecond * stage.shadow);
  if ('analysis' in step) return Math.max(0, ...judged.map(({ seconds }) => seconds));
  if ('pause' in step) return step.pause.duration === undefined ? null : milliseconds(step.pause.duration) / 1_000;
  return 'approval' in step ? null : 0;
}

function problemsOf(input: {
  readonly steps: readonly StepForecast[];
  readonly seconds: number;
  readonly deadlineSeconds: number;
  readonly traffic: ExpectedTraffic;
}): string[] {
  const { steps, seconds, deadlineSeconds, traffic } = input;
  const rate = `${traffic.requestsPerSecond} requests a second`;
  const problems: string[] = [];
  if (!(seconds <= deadlineSeconds)) {
    const slowest = [...steps].sort((a, b) => (b.seconds ?? 0) - (a.seconds ?? 0))[0];
    problems.push(
      `With ${rate} the steps take longer than the deadline: step ${(slowest?.step ?? 0) + 1} (${slowest?.text}) is the slowest; give it more weight, a smaller sample or a later deadline.`,
    );
  }
  return [...problems, ...weakMetrics(steps)];
}

/** Metrics whose last analysis is too small to tell a harm of the size of their margin. */
function weakMetrics(steps: readonly StepForecast[]): string[] {
  const last = new Map(steps.flatMap(({ step, metrics }) => metrics.map((metric) => [metric.name, { step, metric }])));
  return [...last.values()].flatMap(({ step, metric }) => {
    const { name, neededSample, minimumSample, detectable, margin } = metric;
    if (neededSample === null || neededSample <= minimumSample) return [];
    return [
      `${name} in step ${step + 1} asks for ${minimumSample} values of the challenger, which tell a harm of ${short(detectable)} and not its margin of ${short(margin)}: that takes ${neededSample}.`,
    ];
  });
}

function short(value: number | null): string {
  return value === null ? 'unknown size' : String(Number(value.toPrecision(3)));
}

function isBehaviour(name: string): name is Behaviour {
  return (behaviours as readonly string[]).includes(name);
}

function limitOf(limit: number | string | undefined): number | null {
  if (limit === undefined) return null;
  return typeof limit === 'number' ? limit : (parseDuration(limit) ?? null);
}
