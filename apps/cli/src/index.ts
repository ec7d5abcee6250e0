export { type CliConfig, homeOf, readConfig } from './config.js';
export type { Surroundings } from './context.js';
export { type ExitCode, exit } from './exit.js';
export type { Sink } from './output/printer.js';
export { run } from './run.js';
