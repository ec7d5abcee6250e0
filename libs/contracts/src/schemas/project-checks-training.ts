import type { ProjectSpec } from '@laurel/domain';
import { type Finding, wrongValue } from './project-problem.js';

const root = ['spec', 'training', 'environment'];
const instead = 'the trainer runs in the environment of LAUREL_PYTHON, or in spec.training.image on Kubernetes';

/** What `spec.training` cannot mean: Laurel makes no environment for a trainer. */
export function trainingFindings({ training }: ProjectSpec): readonly Finding[] {
  const { python = null, lock = null } = training.environment ?? {};
  return Object.entries({ python, lock }).flatMap(([name, value]) =>
    value === null ? [] : [wrongValue([...root, name], value, `null, for ${instead}`)],
  );
}
