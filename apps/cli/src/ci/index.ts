export { junitText } from './junit.js';
export { type CiReport, runCi } from './run-ci.js';
