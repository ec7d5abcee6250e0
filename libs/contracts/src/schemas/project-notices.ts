import type { ModelProject, ProjectSpec } from '@laurel/domain';

/** Keys of laurel/v1 that this version keeps and does not act on, each with when a project relies on it. */
const idleKeys: { readonly [key: string]: (spec: ProjectSpec) => boolean } = {
  'spec.monitors': ({ monitors = [] }) => monitors.length > 0,
  'spec.triggers: drift and degradation': ({ triggers }) =>
    triggers.some((trigger) => 'drift' in trigger || 'degradation' in trigger),
};

/** What a project relies on that this version of Laurel accepts and does not act on, in sentences. */
export function projectNotices({ spec }: ModelProject): readonly string[] {
  return Object.entries(idleKeys)
    .filter(([, reliesOn]) => reliesOn(spec))
    .map(([key]) => `${key} is accepted, but has no effect in this version.`);
}
