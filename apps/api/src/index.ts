import 'reflect-metadata';

export { type Denial, Denials } from './audit/denials.js';
export { type ApiConfig, parseConfig } from './config.js';
export { createApp } from './create-app.js';
export { ensureFirstKey } from './first-key.js';
export { AuthGuard } from './http/auth.guard.js';
export { type Audience, audienceOf } from './http/route.js';
export type { ApiPorts, DatabaseProbe, Settings, TrainerLogs } from './ports.js';
export { tokens } from './tokens.js';
