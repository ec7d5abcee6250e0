import { mlflowRoutes } from '../mlflow/mlflow.routes.js';
import { type OipParts, oipRoutes } from '../oip/oip.routes.js';
import { type RepositoryRouteParts, repositoryRoutes } from '../oip/repository.routes.js';
import { type StatisticsRouteParts, statisticsRoutes } from '../oip/statistics.routes.js';
import { torchServeRoutes } from '../torchserve/torchserve.routes.js';
import { type V1Parts, v1Routes } from '../v1/v1.routes.js';
import { type HealthParts, healthRoutes } from './health.routes.js';
import { predictRoutes } from './predict.routes.js';
import { Router } from './router.js';

/** Every path that a serving process answers. */
export function createRoutes(
  parts: OipParts & V1Parts & HealthParts & RepositoryRouteParts & StatisticsRouteParts,
): Router {
  const router = new Router();
  // Before the models: `stats` is no name of one.
  statisticsRoutes(router, parts);
  oipRoutes(router, parts);
  repositoryRoutes(router, parts);
  v1Routes(router, parts);
  mlflowRoutes(router, parts);
  torchServeRoutes(router, parts);
  predictRoutes(router, parts);
  healthRoutes(router, parts);
  return router;
}
