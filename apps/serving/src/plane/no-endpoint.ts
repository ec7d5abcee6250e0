import { LaurelError } from '@laurel/contracts';

/** What is said of an endpoint that this process does not serve. */
export function noEndpoint(name: string): LaurelError {
  const shown = name.slice(0, 63);
  return new LaurelError('NotFound', `There is no endpoint ${shown} that serves; GET /v2/models lists those that do.`);
}
