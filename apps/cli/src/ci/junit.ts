import { type CheckResult, checkSuites } from '@laurel/domain';
import junit, { type Builder } from 'junit-report-builder';

// Its types tell of a default export within the default export, which is not there.
const builders = junit as unknown as Builder;

/** The results as JUnit XML: a suite per part, a case per check. */
export function junitText(project: string, results: readonly CheckResult[]): string {
  const builder = builders.newBuilder();
  for (const suite of checkSuites) {
    const group = builder.testSuite().name(`${project} ${suite}`);
    for (const { name, state, message } of results.filter((result) => result.suite === suite)) {
      const testCase = group.testCase().className(`${project}.${suite}`).name(plain(name));
      if (state === 'failed') testCase.failure(plain(message ?? ''));
      if (state === 'skipped') testCase.skipped();
    }
  }
  return builder.build();
}

/** XML 1.0 has no place for control characters, and names of columns and values are somebody's data. */
function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex -- These are what is meant.
  return text.replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '?').toWellFormed();
}
