import { artifactByteRoutes, artifactRoutes } from './artifacts/index.js';
import { experimentRoutes } from './experiments.js';
import { loggedModelRoutes } from './logged-models.js';
import { loggingRoutes } from './logging.js';
import { metricRoutes } from './metrics.js';
import { registryRoutes } from './registry/index.js';
import { runLinkRoutes } from './run-links.js';
import { runRoutes } from './runs.js';
import { searchRoutes } from './searching.js';
import type { MlflowApi } from './serve.js';
import { serverRoutes } from './server.js';

/** Every call of MLflow that Laurel serves. */
export const mlflowApi: MlflowApi = {
  routes: [
    ...serverRoutes,
    ...experimentRoutes,
    ...runRoutes,
    ...loggingRoutes,
    ...runLinkRoutes,
    ...metricRoutes,
    ...searchRoutes,
    ...loggedModelRoutes,
    ...registryRoutes,
    ...artifactRoutes,
  ],
  byteRoutes: [...artifactByteRoutes],
};
