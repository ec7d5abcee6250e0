export { parseConfig, type ServingConfig } from './config.js';
export { isProcessAlive, newProcessName } from './process-name.js';
export { type Serving, type ServingOptions, type ServingPorts, startServing } from './serving.js';
