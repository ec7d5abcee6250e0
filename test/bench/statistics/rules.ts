import {
  type ArmTotal,
  decide,
  type LookInput,
  lookAt,
  momentsOfSums,
  type OpenAnalysis,
  type RolloutMetricSpec,
  type SampleSums,
  welchT,
} from '@laurel/domain';
import { type ArmSums, type Rule, type Say, usersPerLook } from './trial.js';

const alpha = 0.05;

/** What is done at nominal 5 % where nobody thinks of the looks: decide as soon as a t-test says so. */
const naive: Rule = {
  name: 't-test at every look',
  begin: () => tTest,
};

const once: Rule = {
  name: 'one t-test at the end',
  begin: (trial) => (sums, look) => (look === trial.looks ? tTest(sums) : 'continue'),
};

/** A metric that goes the right way up: an error of which less is better, so the challenger's effect is negated. */
const metric = 'meanAbsoluteError';
const offset = 10;

/**
 * Laurel's own functions, look by look as the watcher calls them: rule `superior`, nothing worse let pass (margin 0),
 * a plan that ends with the last look.
 */
const laurel: Rule = {
  name: 'Laurel',
  begin: ({ looks }) => {
    const spec: RolloutMetricSpec = {
      role: 'decision',
      direction: 'lower',
      rule: 'superior',
      margin: 0,
      minimumSample: usersPerLook,
      maximumSample: usersPerLook * looks,
      looks: 20,
    };
    let before: LookInput | undefined;
    return (sums) => {
      before = look(spec, sums, before);
      const { action } = decide(before);
      if (action === 'rollBack') return 'rollBack';
      return action === 'advance' ? 'promote' : 'continue';
    };
  },
};

/** In the order of the table. */
export const rules: readonly Rule[] = [naive, once, laurel];

function tTest({ champion, challenger }: ArmSums): Say {
  const test = welchT(momentsOfSums(challenger), momentsOfSums(champion));
  if (test === null || test.pValue > alpha) return 'continue';
  return test.difference > 0 ? 'promote' : 'rollBack';
}

const analysis: OpenAnalysis = {
  rollout: 'bench/1',
  workflowId: 'bench/1',
  endpoint: 'bench',
  step: 0,
  epoch: 1,
  mode: 'canary',
  settle: [metric],
  shadowRequests: null,
  openedAt: '2026-01-01T00:00:00.000Z',
};

function look(spec: RolloutMetricSpec, { champion, challenger }: ArmSums, before: LookInput | undefined): LookInput {
  return lookAt({
    analysis,
    metrics: { [metric]: spec },
    totals: [totalOf('champion', champion), totalOf('challenger', challenger)],
    labels: [labelsOf('champion', champion), labelsOf('challenger', challenger)],
    pairedLabels: { both: 0, championOnly: 0, challengerOnly: 0, neither: 0 },
    ejections: 0,
    telemetryAgeMilliseconds: 0,
    planExhausted: false,
    weights: { champion: 50, challenger: 50 },
    before,
  });
}

function totalOf(arm: 'champion' | 'challenger', { n }: SampleSums): ArmTotal {
  return { arm, requests: n, errors: 0, disagreements: 0, latency: {}, distinctKeys: null };
}

/** Users' numbers as absolute errors: `offset` less the number, far from zero. */
function labelsOf(arm: 'champion' | 'challenger', { n, sum, sumSquares }: SampleSums) {
  return {
    arm,
    labelled: n,
    correct: 0,
    sumAbsoluteError: offset * n - sum,
    sumSquaredError: offset ** 2 * n - 2 * offset * sum + sumSquares,
  };
}
