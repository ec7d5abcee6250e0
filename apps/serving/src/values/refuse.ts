import { LaurelError } from '@laurel/contracts';

/** Ends a request that is malformed. */
export function refuse(message: string): never {
  throw new LaurelError('InvalidInput', message);
}

/** A name for a sentence: quoted and short. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
}

/** Names for a sentence: the first twenty. */
export function listed(names: readonly string[]): string {
  return names.length > 20 ? `${names.slice(0, 20).join(', ')}, …` : names.join(', ');
}
