import type { MlflowRoute } from './route.js';

/** The version of MLflow whose REST API this is. */
export const mlflowVersion = '3.17.2';

/** What a client asks before anything else. */
export const serverRoutes: readonly MlflowRoute[] = [
  {
    method: 'GET',
    path: 'mlflow/server-info',
    versions: ['3.0'],
    allow: 'anonymous',
    answer: () => ({ store_type: 'SqlStore', workspaces_enabled: false, trace_archival_enabled: false }),
  },
];
