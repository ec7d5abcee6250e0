import type { LoggedModels, Tracking } from '@laurel/ports';
import type { RunPrepared } from '../connect.js';
import { experimentsOver } from './experiments.js';
import { loggedModelsOver } from './logged-models.js';
import { loggingOver } from './logging.js';
import { metricHistoryOver } from './metric-history.js';
import { runLinksOver } from './run-links.js';
import { runsOver } from './runs.js';
import { experimentSearchOver } from './search-experiments.js';
import { runSearchOver } from './search-runs.js';

/** Each call is one prepared statement: logging is limited by round trips and by planning, not by Postgres' writing. */
export function createTracking(prepared: RunPrepared): Tracking {
  return {
    ...experimentsOver(prepared),
    ...runsOver(prepared),
    ...loggingOver(prepared),
    ...runLinksOver(prepared),
    ...runSearchOver(prepared),
    ...experimentSearchOver(prepared),
    ...metricHistoryOver(prepared),
  };
}

export function createLoggedModels(prepared: RunPrepared): LoggedModels {
  return loggedModelsOver(prepared);
}
