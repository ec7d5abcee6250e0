import { isLaurelError, LaurelError } from '@laurel/contracts';
import { translate } from '../failures.js';

/** Classes of SQLSTATE that lie in the query or its data, not in the server. */
const ofTheQuery = /^(0A|21|22|25006|26|42|44|P0)/;
const timedOut = '57014';
const mayNot = '42501';

/**
 * What reading a query met, as an error of the table. Nothing of the connection's address is in it, so the original is
 * not its cause: causes reach histories. Errors: `DataUnreadable` (the query), `DependencyUnavailable` (the server).
 */
export function queryFailure(error: unknown, name: string): unknown {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  const state = typeof code === 'string' ? code : '';
  const source = `postgres:${name}`;
  if (state === 'ENOSPC' || state === 'EDQUOT') {
    return new LaurelError(
      'StorageFull',
      `The disk is full while ${source} is read; free space, and the work goes on.`,
    );
  }
  if (state === timedOut) {
    return new LaurelError(
      'DataUnreadable',
      `The query over ${source} took longer than spec.data.source.timeout; raise it.`,
    );
  }
  if (state === mayNot) {
    return new LaurelError(
      'DataUnreadable',
      `The query over ${source} may not be run by its user: ${String(message)}.`,
    );
  }
  if (ofTheQuery.test(state)) {
    return new LaurelError('DataUnreadable', `The query over ${source} is refused: ${String(message)}; correct it.`);
  }
  if (state === 'ERR_INVALID_URL') {
    return new LaurelError('DataUnreadable', `The connection "${name}" is no address such as postgres://user@host/db.`);
  }
  if (!isLaurelError(translate(error))) return error;
  return new LaurelError(
    'DependencyUnavailable',
    `The database behind ${source} does not answer (${state || 'no connection'}); check its variable and the server.`,
  );
}
