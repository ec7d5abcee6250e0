import { join } from 'node:path';
import { quietly, SetUpError } from './commands.mjs';
import { root } from './places.mjs';

const compiler = join(root, 'node_modules', 'typescript-7', 'bin', 'tsc');
const programs = ['apps/api', 'apps/worker', 'apps/serving', 'apps/cli', 'infra/dev'];

/** Compiles what runs outside of tests; only what changed. Error: `SetUpError` with the compiler's words. */
export async function compile(node, projects = programs) {
  try {
    await quietly(node, [compiler, '-b', ...projects]);
  } catch (error) {
    throw new SetUpError(`the sources do not compile: ${error.message}`);
  }
  return 'compiled';
}
