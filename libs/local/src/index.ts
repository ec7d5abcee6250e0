export { createMask, secretValues } from '../bin/masking.mjs';
export { clearOldJobs } from './clear-old-jobs.js';
export { createProcessJobLauncher, type ProcessJobLauncherOptions } from './process-job-launcher.js';
export { createSourceCode } from './source-code.js';
