export type { TableEngineOptions } from './session.js';
export { createTableEngine } from './table-engine.js';
