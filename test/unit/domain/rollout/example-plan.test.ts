import {
  type ArmTotal,
  decide,
  type LookAtInput,
  type LookInput,
  latencyBucket,
  lookAt,
  type RolloutMetricSpec,
  type ServedArm,
} from '@laurel/domain';
import { exampleProject } from '../../../support/example-project.js';

/** Requests of two equal versions that never fail, are fast and are right four times in five. */
interface Traffic {
  readonly champions: number;
  readonly challengers: number;
}

function total(arm: ServedArm, requests: number): ArmTotal {
  const latency = { [latencyBucket(5)]: requests };
  return { arm, requests, errors: 0, disagreements: Math.round(requests * 0.1), latency, distinctKeys: null };
}

function label(arm: ServedArm, labelled: number) {
  return { arm, labelled, correct: Math.round(labelled * 0.8), sumAbsoluteError: 0 };
}

interface Stage {
  readonly metrics: { readonly [name: string]: RolloutMetricSpec };
  readonly settle: readonly string[];
  /** Share of the challenger; `null` in shadow. */
  readonly weight: number | null;
}

/** How many requests in all until the stage advances, looked at after every thirty; `null` if it ends otherwise. */
function requestsUntilAdvance({ metrics, settle, weight }: Stage): number | null {
  let before: LookInput | undefined;
  for (let requests = 30; requests < 200_000; requests += 30) {
    const challengers = weight === null ? requests : Math.round((requests * weight) / 100);
    const input = stageLook(
      { metrics, settle, weight },
      { champions: weight === null ? requests : requests - challengers, challengers },
    );
    before = lookAt({ ...input, before });
    const { action } = decide(before);
    if (action === 'advance') return requests;
    if (action !== 'continue') return null;
  }
  return null;
}

function stageLook({ metrics, settle, weight }: Stage, { champions, challengers }: Traffic): LookAtInput {
  const other = weight === null ? 'shadow' : 'challenger';
  return {
    analysis: {
      rollout: 'churn/2',
      workflowId: 'endpoint/churn/rollout/2',
      endpoint: 'churn',
      step: 1,
      epoch: 3,
      mode: weight === null ? 'shadow' : 'canary',
      settle,
      shadowRequests: null,
      openedAt: '2026-01-31T09:00:00.000Z',
    },
    metrics,
    totals: [total('champion', champions), total(other, challengers)],
    labels: [label('champion', champions), label(other, challengers)],
    pairedLabels: { both: 0, championOnly: 0, challengerOnly: 0, neither: 0 },
    ejections: 0,
    telemetryAgeMilliseconds: 200,
    planExhausted: false,
    weights: { champion: 100 - (weight ?? 0), challenger: weight ?? 0 },
  };
}

test('every analysis of the shipped example promotes an equal challenger with some thousand requests', async () => {
  const { metrics, steps } = (await exampleProject()).spec.rollout;
  let weight: number | null = null;
  const needed: (number | null)[] = [];
  for (const step of steps) {
    if ('setWeight' in step) weight = step.setWeight;
    if ('analysis' in step) needed.push(requestsUntilAdvance({ metrics, settle: step.analysis.metrics, weight }));
  }
  expect(needed).toHaveLength(3);
  for (const requests of needed) expect(requests ?? Number.POSITIVE_INFINITY).toBeLessThan(20_000);
});

test('with the margin that the demo gives accuracy, a stage is a minute or two of its sixty requests a second', async () => {
  const { metrics } = (await exampleProject()).spec.rollout;
  const accuracy: RolloutMetricSpec = { role: 'decision', direction: 'higher', margin: 0.05, minimumSample: 500 };
  const stage = { metrics: { ...metrics, accuracy }, settle: ['errorRate', 'latencyP99', 'accuracy'] };
  expect(requestsUntilAdvance({ ...stage, weight: 25 }) ?? Number.POSITIVE_INFINITY).toBeLessThan(60 * 120);
  expect(requestsUntilAdvance({ ...stage, weight: 50 }) ?? Number.POSITIVE_INFINITY).toBeLessThan(60 * 120);
});
