import 'reflect-metadata';

export { type Denial, Denials } from './audit/denials.js';
export { type ApiConfig, parseConfig } from './config.js';
export { createApp } from './create-app.js';
export { ensureFirstKey } from './first-key.js';
export { AuthGuard } from './http/auth.guard.js';
export { type Audience, audienceOf } from './http/route.js';
export { findInArchive } from './lineage/prediction-archive.js';
export { mlflowApi } from './mlflow/index.js';
export { pathsOf } from './mlflow/route.js';
export { serveMlflow } from './mlflow/serve.js';
export type { ApiPorts, DatabaseProbe, Settings, TrainerLogs } from './ports.js';
export { tokens } from './tokens.js';
