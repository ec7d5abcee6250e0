export { type AnchorerPorts, createAnchorer } from './audit/anchorer.js';
export { parseConfig, type WorkerConfig } from './config.js';
export { createReconciler, type ReconcilerPorts } from './reconciler.js';
export { createPruner, type PrunerPorts } from './retention/pruner.js';
export type { RetentionTimes } from './retention/retention-times.js';
export { openSources, parseSources, type SourceSettings } from './sources.js';
export { createWatcher, type WatcherPorts } from './watcher.js';
export { type CourierPorts, createCourier } from './webhooks/courier.js';
export { createGates } from './webhooks/gates.js';
