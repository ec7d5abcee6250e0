export { parseConfig, type ServingConfig } from './config.js';
export { expire } from './log/retention.js';
export { isProcessAlive, newProcessName } from './process-name.js';
export { type Serving, type ServingOptions, type ServingPorts, startServing } from './serving.js';
export { parseStandaloneConfig, type StandaloneConfig } from './standalone/config.js';
export { curlLine } from './standalone/curl-line.js';
export { type Standalone, startStandalone } from './standalone/standalone.js';
