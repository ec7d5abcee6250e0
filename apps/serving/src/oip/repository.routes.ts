import { readBody } from '../http/body.js';
import { type Exchange, sendJson } from '../http/exchange.js';
import { isObject, readJson } from '../http/predict.routes.js';
import { type OperatorCheck, operatorOf } from '../http/require-role.js';
import type { Router } from '../http/router.js';
import type { Repository } from '../plane/repository.js';

const largestBody = 64 * 1024;

export interface RepositoryRouteParts {
  readonly repository: Repository;
  readonly operators: OperatorCheck;
}

/** The model repository extension over REST. `index` is for all callers, `load` and `unload` for operators. */
export function repositoryRoutes(router: Router, { repository, operators }: RepositoryRouteParts): void {
  router.on('POST', '/v2/repository/index', async (exchange) => {
    const { ready } = await bodyOf(exchange);
    sendJson(
      exchange,
      repository.index().filter(({ state }) => ready !== true || state === 'READY'),
    );
  });
  for (const action of ['load', 'unload'] as const) {
    router.on('POST', `/v2/repository/models/:model/${action}`, async (exchange) => {
      const by = await operatorOf(exchange.request, operators);
      const { parameters } = await bodyOf(exchange);
      const version = isObject(parameters) ? parameters['version'] : undefined;
      await repository[action]({
        name: exchange.params['model'] ?? '',
        version: typeof version === 'string' || typeof version === 'number' ? `${version}` : null,
        by,
      });
      sendJson(exchange, {});
    });
  }
}

/** The body as an object; an empty one counts as `{}`. */
async function bodyOf({ request }: Exchange): Promise<{ readonly [key: string]: unknown }> {
  const body = await readBody(request, largestBody);
  const value = body.length === 0 ? {} : readJson(body);
  return isObject(value) ? value : {};
}
