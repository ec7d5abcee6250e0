export { type AnchorerPorts, createAnchorer } from './audit/anchorer.js';
export { createPruner, type PrunerPorts } from './audit/pruner.js';
export { parseConfig, type WorkerConfig } from './config.js';
export { createReconciler, type ReconcilerPorts } from './reconciler.js';
export { createRouterKeeper } from './router-keeper.js';
export { createTrafficRouters } from './routers.js';
export { openSources, parseSources, type SourceSettings } from './sources.js';
export { createWatcher, type WatcherPorts } from './watcher.js';
export { type CourierPorts, createCourier } from './webhooks/courier.js';
