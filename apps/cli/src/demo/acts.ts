import type { ModelProject, RolloutStepSpec } from '@laurel/domain';

/** One act of the demo: a project variant to train, and what should come of it. */
export interface Act {
  readonly title: string;
  readonly parameters: ModelProject['spec']['training']['parameters'];
  readonly expected: 'promoted' | 'rolledBack';
  /** Share of live rows, 0 to 1, that bear a value never seen in training once the canary is on. */
  readonly unseenShare: number;
}

/** Column and value of what only live traffic shows. */
export const unseen = { column: 'payment_method', value: 'Digital wallet' } as const;

export const acts: readonly Act[] = [
  {
    title: 'A first champion, trained on two columns only',
    parameters: { features: 'tenure,contract', max_depth: 2, learning_rate: 0.1, n_estimators: 30 },
    expected: 'promoted',
    unseenShare: 0,
  },
  {
    title: 'A better challenger, trained on everything',
    parameters: { max_depth: 4, learning_rate: 0.1, n_estimators: 300 },
    expected: 'promoted',
    unseenShare: 0,
  },
  {
    title: 'A challenger that is good on every stored row, and wrong about customers nobody has seen before',
    parameters: { max_depth: 4, learning_rate: 0.08, n_estimators: 300, distrust: unseen.column },
    expected: 'rolledBack',
    unseenShare: 0.5,
  },
];

/** The project of an act: the example's file with the act's parameters and a rollout short enough to watch. */
export function projectOf(base: ModelProject, act: Act): ModelProject {
  const { spec } = base;
  const steps = spec.rollout.steps.map(
    (step): RolloutStepSpec => ('pause' in step ? { pause: { duration: '3s' } } : step),
  );
  const metrics = { ...spec.rollout.metrics };
  for (const [name, metric] of Object.entries(metrics)) {
    // Two busy cores carry everything here, so a latency must differ by more than their noise.
    if (name === 'latencyP99') metrics[name] = { ...metric, margin: '150ms', hardLimit: '1s' };
    // A model of all columns says other things than one of two columns; that is the point of the second act.
    if (name === 'disagreement') metrics[name] = { ...metric, hardLimit: 0.4 };
    // Five points can be shown with about a thousand labels an arm, which is a minute of this traffic.
    if (name === 'accuracy') metrics[name] = { ...metric, margin: 0.05, minimumSample: 500 };
  }
  return {
    ...base,
    spec: {
      ...spec,
      training: { ...spec.training, parameters: act.parameters },
      rollout: { ...spec.rollout, steps, metrics },
      triggers: [],
    },
  };
}
