import { datasets } from './datasets.js';
import { endpoints } from './endpoints.js';
import { models } from './models.js';
import { projects } from './projects.js';
import type { ResourceView } from './resource-view.js';
import { rollouts } from './rollouts.js';
import { runs } from './runs.js';
import { sweeps } from './sweeps.js';
import { versions } from './versions.js';

/** Everything `get` and `describe` know, by its plural. */
export const resources: { readonly [plural: string]: ResourceView } = {
  projects,
  runs,
  sweeps,
  models,
  versions,
  endpoints,
  rollouts,
  datasets,
};

/** The resource people mean by `word`: plural or singular. */
export function resourceOf(word: string): ResourceView | undefined {
  const plural = Object.keys(resources).find((name) => name === word || name === `${word}s`);
  return plural === undefined ? undefined : resources[plural];
}
