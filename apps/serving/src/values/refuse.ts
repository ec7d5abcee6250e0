import { LaurelError } from '@laurel/contracts';

/** Ends a request that is malformed. */
export function refuse(message: string): never {
  throw new LaurelError('InvalidInput', message);
}

/** Names for a sentence: the first twenty. */
export function listed(names: readonly string[]): string {
  return names.length > 20 ? `${names.slice(0, 20).join(', ')}, …` : names.join(', ');
}
