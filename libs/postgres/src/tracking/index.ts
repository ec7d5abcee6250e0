import type { Tracking } from '@laurel/ports';
import type { RunPrepared } from '../connect.js';
import { experimentsOver } from './experiments.js';
import { loggingOver } from './logging.js';
import { runsOver } from './runs.js';

/** Each call is one prepared statement: logging is limited by round trips and by planning, not by Postgres' writing. */
export function createTracking(prepared: RunPrepared): Tracking {
  return { ...experimentsOver(prepared), ...runsOver(prepared), ...loggingOver(prepared) };
}
