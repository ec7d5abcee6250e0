import { LaurelError } from '@laurel/contracts';
import type { MlflowRoute } from '../route.js';

/**
 * Presigned URLs would lead around the check of digests and around the audience of the route, and a directory has none: clients
 * are told so and stream through the server instead.
 */
export const presignedRoutes: readonly MlflowRoute[] = [
  refusing('GET', 'mlflow-artifacts/presigned/*', 'viewer'),
  refusing('POST', 'mlflow/artifacts/presigned-download-url', 'viewer'),
  refusing('POST', 'mlflow/artifacts/presigned-upload-url', 'operator'),
];

function refusing(method: MlflowRoute['method'], path: string, allow: 'viewer' | 'operator'): MlflowRoute {
  return {
    method,
    path,
    allow,
    answer: () => {
      throw new LaurelError(
        'Unsupported',
        'Artifacts have no presigned URLs here; download and upload through the server.',
      );
    },
  };
}
