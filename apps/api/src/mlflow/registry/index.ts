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
];
