import { type Document, LineCounter, parseDocument } from 'yaml';
import { type Finding, type ProjectProblem, pathText } from './project-problem.js';
import { type UnstorableText, unstorableText } from './unstorable-text.js';
import { placeOf } from './yaml-places.js';

/** A declared thing as plain values, and a way to give problems their places in its file. */
export type Declaration =
  | {
      readonly ok: true;
      readonly value: unknown;
      /** Findings as problems, in the order of the file. */
      readonly located: (findings: readonly Finding[]) => readonly ProjectProblem[];
    }
  | { readonly ok: false; readonly problems: readonly ProjectProblem[] };

/** Reads YAML 1.2, so JSON too. `file` is the name used in messages. */
export function readDeclaration(text: string, file: string): Declaration {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const syntax = syntaxProblems(document, file, lines);
  if (syntax.length > 0) return { ok: false, problems: syntax };
  const value = valueOf(document);
  if (value === tooManyAliases) return { ok: false, problems: [aliasProblem(file)] };
  const located = (findings: readonly Finding[]) =>
    findings.map((finding) => locate(finding, { document, file, lines })).sort((a, b) => a.line - b.line);
  const unstorable = unstorableText(value);
  if (unstorable !== undefined) return { ok: false, problems: located([unstorableFinding(unstorable)]) };
  return { ok: true, value, located };
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

function unstorableFinding({ path, holds }: UnstorableText): Finding {
  const says = `${pathText(path) || 'the file'} holds ${holds}; write it without`;
  return { path, found: holds, allowed: 'text without it', says };
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

/** The first mistake alone: the others most often follow from it. */
function syntaxProblems(document: Document, file: string, lines: LineCounter): readonly ProjectProblem[] {
  return [...document.errors, ...document.warnings].slice(0, 1).map((error) => {
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
