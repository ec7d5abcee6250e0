export { createModelProbe } from './model-probe.js';
export { createModelRunner, type RunnerLog } from './model-runner.js';
export { inspectModel } from './model-safety.js';
