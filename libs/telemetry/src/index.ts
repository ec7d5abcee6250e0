export { createLogger, type Logger } from './log.js';
export { createMeter, type Meter } from './meter.js';
