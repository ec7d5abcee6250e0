import type { MlflowByteRoute, MlflowRoute } from '../route.js';
import { fileRoutes } from './files.js';
import { listingRoutes } from './listing.js';
import { multipartRoutes, partRoutes } from './multipart.js';
import { presignedRoutes } from './presigned.js';

/** Artifacts through the server. */
export const artifactRoutes: readonly MlflowRoute[] = [...listingRoutes, ...multipartRoutes, ...presignedRoutes];
export const artifactByteRoutes: readonly MlflowByteRoute[] = [...fileRoutes, ...partRoutes];
