import { artifactByteRoutes, artifactRoutes } from './artifacts/index.js';
import { experimentRoutes } from './experiments.js';
import { loggingRoutes } from './logging.js';
import { registryRoutes } from './registry/index.js';
import { runRoutes } from './runs.js';
import type { MlflowApi } from './serve.js';
import { serverRoutes } from './server.js';

/** Every call of MLflow that Laurel serves. */
export const mlflowApi: MlflowApi = {
  routes: [...serverRoutes, ...experimentRoutes, ...runRoutes, ...loggingRoutes, ...registryRoutes, ...artifactRoutes],
  byteRoutes: [...artifactByteRoutes],
};
