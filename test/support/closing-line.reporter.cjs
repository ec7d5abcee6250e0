const { writeFileSync } = require('node:fs');

/**
 * Ends a run with `N passed, N failed` alone on the last line. Under npm the line is handed to the task runner, which
 * prints it once Jest has ended, so that nothing can follow it.
 */
module.exports = class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    const brokenSuites = results.testResults.filter(
      (suite) => suite.testExecError || (suite.failureMessage && suite.numFailingTests === 0),
    ).length;
    const line = `${results.numPassedTests} passed, ${results.numFailedTests + brokenSuites} failed`;
    const file = process.env.LAUREL_CLOSING_LINE_FILE;
    if (file) writeFileSync(file, line);
    else setImmediate(() => process.stdout.write(`\n${line}\n`));
  }
};
