import { type Breach } from './check.js';
import type { GradientFlow } from './model-tests.js';

/** What `laurel_trainer.gradient_flow` saw of a network's first steps. */
export interface GradientFlowReport {
  readonly steps: number;
  readonly parameters: readonly {
    readonly name: string;
    /** Does any element differ from what it was before the first step? */
    readonly changed: boolean;
    /** Largest absolute gradient of the steps; `null` when it never had one, or one that is no number. */
    readonly gradient: number | null;
  }[];
}

/** Every parameter has moved but the frozen ones, and those have not. */
export function gradientFlowBreach({ steps, frozen }: GradientFlow, report: GradientFlowReport): Breach | null {
  const expected = `every parameter of the network to move within ${steps} steps`;
  if (report.parameters.length === 0)
    return { expected, found: 'no parameters; the trainer does not train with laurel_trainer.torch.Training' };
  if (report.steps < steps) return { expected, found: `a training of ${report.steps} steps` };
  const isFrozen = (name: string) => frozen.some((start) => name.startsWith(start));
  const still = report.parameters.filter(({ name, changed }) => !changed && !isFrozen(name));
  const thawed = report.parameters.filter(({ name, changed }) => changed && isFrozen(name));
  if (still.length === 0 && thawed.length === 0) return null;
  const words = still.map(
    ({ name, gradient }) => `${name} (${gradient === null ? 'no gradient' : `gradient ${gradient}`})`,
  );
  const parts = [
    ...(words.length === 0 ? [] : [`no change of ${words.join(', ')}`]),
    ...(thawed.length === 0 ? [] : [`a change of the frozen ${thawed.map(({ name }) => name).join(', ')}`]),
  ];
  return { expected, found: parts.join(' and ') };
}
