export { createModelProbe } from './model-probe.js';
export { createModelRunner, type LoadOptions, loadGraph, type RunnerOptions } from './model-runner.js';
export { inspectModel } from './model-safety.js';
export { type Isolation, type RunnerLog } from './place-graph.js';
