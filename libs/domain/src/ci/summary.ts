import { type CheckResult, checkSuites } from './check.js';

/** How many checks ended how. */
export function countChecks(results: readonly CheckResult[]): Readonly<Record<CheckResult['state'], number>> {
  const count = (state: CheckResult['state']) => results.filter((result) => result.state === state).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
}

/** The results as Markdown: a table of the suites, then every failure as a sentence. */
export function summaryText(project: string, results: readonly CheckResult[]): string {
  const { failed, passed, skipped } = countChecks(results);
  const rows = checkSuites
    .map((suite) => [suite, countChecks(results.filter((result) => result.suite === suite))] as const)
    .map(([suite, counts]) => `| ${suite} | ${counts.passed} | ${counts.failed} | ${counts.skipped} |`);
  const list = (title: string, state: CheckResult['state']) => {
    const found = results.filter((result) => result.state === state);
    if (found.length === 0) return [];
    return ['', `### ${title}`, '', ...found.map(({ suite, message }) => `- **${suite}**: ${escaped(message ?? '')}`)];
  };
  return [
    `## laurel ci: ${project} ${failed === 0 ? 'passed' : 'failed'}`,
    '',
    `${passed} passed, ${failed} failed, ${skipped} not asked.`,
    '',
    '| checks | passed | failed | not asked |',
    '| --- | ---: | ---: | ---: |',
    ...rows,
    ...list('Failed', 'failed'),
    ...list('Not asked', 'skipped'),
    '',
  ].join('\n');
}

/** Names of columns and values are somebody's data. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>|#]/g, String.raw`\$&`).replaceAll(/\s+/g, ' ');
}
