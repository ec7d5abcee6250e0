export { createMask, secretValues } from '../bin/masking.mjs';
export { createProcessJobLauncher, type ProcessJobLauncherOptions } from './process-job-launcher.js';
export { createSourceCode } from './source-code.js';
