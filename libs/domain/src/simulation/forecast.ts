import { milliseconds } from '../duration.js';
import type { MetricRole, RolloutMetricSpec, RolloutPlan, RolloutStepSpec } from '../rollout/plan.js';
import { needsOf } from '../rollout/rollout-metrics.js';
import { describeStep } from '../rollout/steps.js';
import type { ArmBehaviour } from './behaviour.js';
import { limitOf, plannedSample } from './planned-sample.js';

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
  /** Values per arm before which nothing is promoted. */
  readonly minimumSample: number;
  /** Values of the challenger with which the metric's plan ends at the latest; `null` where it cannot be said. */
  readonly plannedSample: number | null;
  /** Smallest difference shown with the plan's power by then; `null` where only a hard limit is judged. */
  readonly detectable: number | null;
  /** Until the challenger has the planned sample. */
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
  const { weight } = stage;
  const ratio = weight > 0 ? (1 - weight) / weight : 1;
  const { sample, detectable } = plannedSample({ name, spec, plan, champion: traffic.champion, ratio });
  const { role, minimumSample } = spec;
  const wanted = { challenger: sample ?? minimumSample, both: minimumSample };
  const seconds = sampleSeconds({ spec, name, traffic, stage, wanted });
  return [{ name, role, margin: limitOf(spec.margin), minimumSample, plannedSample: sample, detectable, seconds }];
}

/** Until the challenger has its sample, and both arms the least they need; counted from now. */
function sampleSeconds(input: {
  readonly spec: RolloutMetricSpec;
  readonly name: string;
  readonly traffic: ExpectedTraffic;
  readonly stage: Stage;
  readonly wanted: { readonly challenger: number; readonly both: number };
}): number {
  const { spec, name, traffic, stage, wanted } = input;
  const { weight, shadow, elapsed } = stage;
  const share = weight > 0 ? weight : shadow;
  const smaller = weight > 0 && spec.margin !== undefined ? Math.min(weight, 1 - weight) : share;
  const labels = needsOf(name)?.labels === true;
  const perSecond = traffic.requestsPerSecond * (labels ? traffic.labelled : 1);
  const wait = Math.max(wanted.challenger / (perSecond * share), wanted.both / (perSecond * smaller));
  return Math.max(0, wait + (labels ? traffic.labelDelaySeconds : 0) - elapsed);
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

/** Metrics whose plan ends before it can tell a difference of the size of its margin. */
function weakMetrics(steps: readonly StepForecast[]): string[] {
  const last = new Map(steps.flatMap(({ step, metrics }) => metrics.map((metric) => [metric.name, { step, metric }])));
  return [...last.values()].flatMap(({ step, metric }) => {
    const { name, plannedSample: sample, detectable, margin } = metric;
    if (detectable === null || margin === null || margin === 0 || detectable <= margin * (1 + rounding)) return [];
    return [
      `${name} in step ${step + 1} ends its plan with ${sample} values of the challenger, which show a difference of ${short(detectable)} with its power and not its margin of ${short(margin)}; give it a larger maximumSample or a wider margin.`,
    ];
  });
}

/** Whole observations are not exactly enough. */
const rounding = 1e-3;

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
