export { createProcessJobLauncher, type ProcessJobLauncherOptions } from './process-job-launcher.js';
export { createSourceCode } from './source-code.js';
