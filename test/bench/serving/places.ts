import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { laurelCache } from '../../support/python-environments.js';

/** Sources of this bench that are not TypeScript, from the root of the checkout, where npm runs scripts. */
export const benchFolder = join(process.cwd(), 'test', 'bench', 'serving');

/** Compiled programs of this bench. */
export const programFolder = fileURLToPath(new URL('servers', import.meta.url));

/** Models of this bench; outlives a run. */
export const benchCache = join(laurelCache, 'bench-serving');
