export { connectionSettings, openClient, type TemporalOptions } from './connect.js';
export { startWorkers, type WorkerPlan, type Workers } from './create-worker.js';
export { connectOrchestrator, type OrchestratorOptions } from './orchestrator.js';
export { type DesiredSchedule, desiredSchedules } from './schedules.js';
export { registerSearchAttributes } from './search-attributes.js';
