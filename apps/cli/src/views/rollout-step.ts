import type { RolloutView } from '@laurel/contracts/schemas';

type StepSpec = RolloutView['plan']['steps'][number];

/** The step in progress, as `3/8 25 % of the traffic`; below zero, the rollout waits for the approval before its first step. */
export function stepText({ plan, step, status }: Pick<RolloutView, 'plan' | 'step' | 'status'>): string {
  const of = plan.steps.length;
  if (status === 'promoted') return `${of}/${of}`;
  if (step < 0) return 'waiting for approval';
  const spec = plan.steps[step];
  return spec === undefined ? `${Math.min(step, of)}/${of}` : `${step + 1}/${of} ${specText(spec)}`;
}

function specText(spec: StepSpec): string {
  if ('setWeight' in spec) return `${String(spec['setWeight'])} % of the traffic`;
  if ('setHeaderRoute' in spec) return 'header route';
  if ('gate' in spec) return 'gate';
  if ('shadow' in spec) return 'shadow';
  if ('analysis' in spec) return `analysis of ${namesOf(spec['analysis'])}`;
  if ('pause' in spec) return 'pause';
  return 'approval' in spec ? 'waiting for approval' : 'step';
}

function namesOf(analysis: unknown): string {
  const { metrics } = (analysis ?? {}) as { readonly metrics?: readonly string[] };
  return metrics?.join(', ') ?? 'metrics';
}
