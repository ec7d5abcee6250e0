import { superviseHere } from './attached.js';
import { superviseApart } from './detached.js';
import type { RunningStack, UpOptions } from './shapes.js';

/**
 * Starts a whole installation in LAUREL_HOME and returns when all of it is healthy. Attached (the default), this process
 * supervises it, and Ctrl-C or SIGTERM stop it in order; with `detach` a background process does. Errors: `AlreadyRunning`,
 * `PortTaken`, `DependencyUnavailable` (what did not start, its last words, its log); after an error nothing is left running.
 */
export function up(options: UpOptions): Promise<RunningStack> {
  return options.detach === true ? superviseApart(options) : superviseHere(options);
}
