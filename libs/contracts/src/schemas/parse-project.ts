import type { ModelProject } from '@laurel/domain';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { projectSchema } from './project.js';
import { projectFindings } from './project-checks.js';
import { complete } from './project-defaults.js';
import { findingsOf } from './project-issues.js';
import { projectNotices } from './project-notices.js';
import { type Finding, type ProjectProblem, pathText } from './project-problem.js';
import { placeOf } from './yaml-places.js';

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
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const syntax = syntaxProblems(document, file, lines);
  if (syntax.length > 0) return { ok: false, problems: syntax };
  const value = valueOf(document);
  if (value === tooManyAliases) return { ok: false, problems: [aliasProblem(file)] };
  const located = (findings: readonly Finding[]): ParsedProject => ({
    ok: false,
    problems: findings.map((finding) => locate(finding, { document, file, lines })).sort((a, b) => a.line - b.line),
  });
  const parsed = projectSchema.safeParse(value);
  if (!parsed.success) return located(findingsOf(projectSchema, value, parsed.error.issues));
  const project = complete(parsed.data);
  const findings = projectFindings(project);
  return findings.length > 0 ? located(findings) : { ok: true, project, notices: projectNotices(project) };
}

const tooManyAliases = Symbol('too many aliases');

/** The plain value, unless its aliases would unfold without end. */
function valueOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    return tooManyAliases;
  }
}

function aliasProblem(file: string): ProjectProblem {
  const found = 'more than 100 uses of aliases';
  return {
    path: '',
    line: 1,
    column: 1,
    found,
    allowed: 'few aliases',
    message: `${file}, line 1: ${found}; write values out.`,
  };
}

function syntaxProblems(document: Document, file: string, lines: LineCounter): readonly ProjectProblem[] {
  return [...document.errors, ...document.warnings].map((error) => {
    const { line, col } = lines.linePos(error.pos[0]);
    const found = error.message.split('\n', 1)[0] ?? error.code;
    const message = `${file}, line ${line}: this is not valid YAML: ${found.replace(/\.$/, '')}.`;
    return { path: '', line, column: col, found, allowed: 'valid YAML', message };
  });
}

function locate(
  finding: Finding,
  at: { readonly document: Document; readonly file: string; readonly lines: LineCounter },
): ProjectProblem {
  const { line, column } = placeOf(at.document, finding.path, at.lines);
  const { found, allowed, says } = finding;
  const message = `${at.file}, line ${line}: ${says}${says.endsWith('?') ? '' : '.'}`;
  return { path: pathText(finding.path), line, column, found, allowed, message };
}
