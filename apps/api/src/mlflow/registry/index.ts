import { demandOwnRun } from '../access.js';
import type { MlflowRoute } from '../route.js';
import { aliasRoutes } from './aliases.js';
import { modelRoutes } from './models.js';
import { searchRoutes } from './search.js';
import { stageRoutes } from './stages.js';
import { versionRoutes } from './versions.js';

/** The registry as MLflow's clients call it. */
export const registryRoutes: readonly MlflowRoute[] = [
  ...modelRoutes,
  ...versionRoutes,
  ...stageRoutes,
  ...aliasRoutes,
  ...searchRoutes,
].map(notByTrainers);

/** A trainer's key writes to its own run, and the registry belongs to no run. */
function notByTrainers(route: MlflowRoute): MlflowRoute {
  if (route.allow === 'viewer') return route;
  return {
    ...route,
    answer: (call) => {
      demandOwnRun(call.caller, undefined);
      return route.answer(call);
    },
  };
}
