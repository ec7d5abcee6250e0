// Runs the vectors of the statistics, then the same functions beside SciPy and statsmodels: node build/test/statistics/main.js
import { resolve } from 'node:path';
import { findToolchain } from '@laurel/dev';
import { runProgram } from '../support/program.js';
import { openPythonEnvironment, type PythonEnvironment } from '../support/python-environments.js';
import { calls } from './calls.js';
import { compareWithOracle } from './oracle.js';
import { runVectors } from './vectors.js';
import type { Verdict } from './verdict.js';

const requirements = resolve('test/statistics/requirements/statistics.txt');
const say = (line: string) => void process.stdout.write(`${line}\n`);

await runProgram('test:statistics', async () => {
  const count = { passed: 0, failed: 0, skipped: 0 };
  const tell = ({ title, failure }: Verdict) => {
    count[failure === null ? 'passed' : 'failed'] += 1;
    say(`${failure === null ? 'passed' : 'failed'}  ${title}${failure === null ? '' : `\n        ${failure}`}`);
  };
  say('vectors of the reference');
  for (const verdict of await runVectors()) tell(verdict);
  const environment = await openEnvironment();
  if (typeof environment === 'string') {
    count.skipped += calls.length;
    say(`\nskipped  the comparison with SciPy and statsmodels: ${environment}`);
  } else {
    const { versions } = environment;
    say(`\nbeside scipy ${versions['scipy']}, statsmodels ${versions['statsmodels']}, numpy ${versions['numpy']}`);
    for (const verdict of await compareWithOracle(environment, calls)) tell(verdict);
  }
  say(`\n${count.passed} passed, ${count.failed} failed${count.skipped === 0 ? '' : `, ${count.skipped} skipped`}`);
  return count.failed === 0 ? 0 : 1;
});

/** The environment, or why there is none. */
async function openEnvironment(): Promise<PythonEnvironment | string> {
  try {
    return await openPythonEnvironment({ requirements, python: findToolchain().python, say });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
