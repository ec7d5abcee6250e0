import { join } from 'node:path';
import { checkout } from '@laurel/dev';

/** The program behind `laurel serve`: a serving process that stands alone. */
export const servingProgram = join(checkout, 'apps', 'serving', 'dist', 'standalone', 'main.js');
