import { succeeds } from './succeeds.js';

const tie: readonly string[] = ['/usr/bin/setpriv', '--pdeathsig', 'KILL'];

let found: Promise<readonly string[]> | undefined;

/**
 * The command that makes another end with this process even in the middle of an endless run; empty where the system has
 * none, and then only the end of the pipe ends it. Tried once per process.
 */
export function parentTie(): Promise<readonly string[]> {
  found ??= succeeds([...tie, '/bin/true']).then((does) => (does ? tie : []));
  return found;
}
