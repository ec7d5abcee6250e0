import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inWorkshop } from '../support/program.js';
import type { Verdict } from './verdict.js';

/** The part of Jest's report that is read here. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** Runs the unit tests of the statistics, in which the vectors of the reference stand. */
export async function runVectors(): Promise<readonly Verdict[]> {
  return inWorkshop('statistics', async (folder) => {
    const file = join(folder, 'report.json');
    const jest = ['node_modules/jest/bin/jest.js', '-c', 'test/jest.config.mjs', '--selectProjects', 'unit'];
    const report = ['--reporters', './test/support/closing-line.reporter.cjs', '--json', '--outputFile', file];
    spawnSync(
      process.execPath,
      ['--experimental-vm-modules', ...jest, '--testPathPatterns', 'unit/domain/statistics', ...report],
      { stdio: 'ignore' },
    );
    return verdictsOf(JSON.parse(await readFile(file, 'utf8')) as Report);
  });
}

function verdictsOf({ testResults }: Report): readonly Verdict[] {
  return testResults.flatMap(({ name, message, assertionResults }): readonly Verdict[] => {
    if (assertionResults.length === 0) return [{ title: name, failure: firstLine(message) }];
    return assertionResults.map(({ title, status, failureMessages }) => ({
      title,
      failure: status === 'passed' ? null : firstLine(failureMessages[0] ?? status),
    }));
  });
}

function firstLine(message: string): string {
  return message.trim().split('\n').slice(0, 3).join(' ');
}
