import type { ModelProject } from '@laurel/domain';
import { projectSchema } from './project.js';
import { projectFindings } from './project-checks.js';
import { complete } from './project-defaults.js';
import { findingsOf } from './project-issues.js';
import { projectNotices } from './project-notices.js';
import type { ProjectProblem } from './project-problem.js';
import { readDeclaration } from './read-declaration.js';

export type ParsedProject =
  | {
      readonly ok: true;
      readonly project: ModelProject /** What is accepted but has no effect yet. */;
      readonly notices: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly ProjectProblem[] };

/**
 * Reads the text of a project file (YAML 1.2, so JSON too) and fills in every default. All problems are reported
 * together, in the order of the file. `file` is the name used in messages.
 */
export function parseProject(text: string, { file }: { readonly file: string }): ParsedProject {
  const read = readDeclaration(text, file);
  if (!read.ok) return read;
  const parsed = projectSchema.safeParse(read.value);
  if (!parsed.success) {
    return { ok: false, problems: read.located(findingsOf(projectSchema, read.value, parsed.error.issues)) };
  }
  const project = complete(parsed.data);
  const findings = projectFindings(project);
  return findings.length > 0
    ? { ok: false, problems: read.located(findings) }
    : { ok: true, project, notices: projectNotices(project) };
}
