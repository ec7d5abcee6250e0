import type { ModelTests, Task } from '@laurel/domain';
import { completeModelTests, modelTestsSchema } from './model-tests.js';
import { modelTestsFindings } from './model-tests-checks.js';
import { findingsOf } from './project-issues.js';
import type { ProjectProblem } from './project-problem.js';
import { readDeclaration } from './read-declaration.js';

export type ParsedModelTests =
  | { readonly ok: true; readonly tests: ModelTests }
  | { readonly ok: false; readonly problems: readonly ProjectProblem[] };

/**
 * Reads the text of a `tests.yaml` and fills in every default. All problems are reported together, in the order of the
 * file, which is called `file` in messages. Metrics must be of the project's `task`.
 */
export function parseModelTests(
  text: string,
  { file, task }: { readonly file: string; readonly task: Task },
): ParsedModelTests {
  const read = readDeclaration(text, file);
  if (!read.ok) return read;
  const parsed = modelTestsSchema.safeParse(read.value);
  if (!parsed.success) {
    return { ok: false, problems: read.located(findingsOf(modelTestsSchema, read.value, parsed.error.issues)) };
  }
  const tests = completeModelTests(parsed.data);
  const findings = modelTestsFindings(tests, task);
  return findings.length > 0 ? { ok: false, problems: read.located(findings) } : { ok: true, tests };
}

/** The tests of a project without such a file: what can be asked of any model. */
export function usualModelTests(): ModelTests {
  const declared = { apiVersion: 'laurel/v1', kind: 'ModelTests', model: [{ shape: { rows: [1, 7] } }] };
  return completeModelTests(modelTestsSchema.parse(declared));
}
