import { sendJson } from '../http/exchange.js';
import type { Router } from '../http/router.js';
import type { ModelStatistics } from '../plane/statistics.js';
import { modelPaths } from './oip.routes.js';

export interface StatisticsRouteParts {
  readonly statistics: ModelStatistics;
}

/** The statistics extension over REST: of all endpoints, of one, of one of its versions. */
export function statisticsRoutes(router: Router, { statistics }: StatisticsRouteParts): void {
  router.on('GET', '/v2/models/stats', (exchange) => sendJson(exchange, { model_stats: statistics('', null) }));
  for (const path of modelPaths) {
    router.on('GET', `${path}/stats`, (exchange) => {
      const { model = '', version = null } = exchange.params;
      sendJson(exchange, { model_stats: statistics(model, version) });
    });
  }
}
