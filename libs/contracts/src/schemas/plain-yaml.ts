import { isMap, isPair, isScalar, isSeq, parseDocument } from 'yaml';

/** Characters of a file that is read: what MLflow itself writes has a few thousand. */
const longestFile = 1_000_000;

export type PlainYaml =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string };

/**
 * Reads foreign YAML as plain data: tags that make objects are refused, as are aliases that unfold and keys that appear
 * twice. `problem` completes "FILE …". With `numbers: 'text'`, numbers are texts as they are written, and truth values as Python
 * writes them: what is put into a command must be what the author sees.
 */
export function readPlainYaml(
  text: string,
  { numbers = 'value' }: { readonly numbers?: 'value' | 'text' } = {},
): PlainYaml {
  const refused = (problem: string): PlainYaml => ({ ok: false, problem });
  if (text.length > longestFile) return refused(`is longer than ${longestFile} characters`);
  const document = parseDocument(text, { schema: 'core', prettyErrors: false, logLevel: 'error', uniqueKeys: true });
  const syntax = [...document.errors, ...document.warnings][0];
  if (syntax !== undefined) return refused(`is not plain YAML: ${firstLine(syntax.message)}`);
  if (hasTag(document.contents)) return refused('holds a YAML tag; plain values only');
  if (numbers === 'text') writeOut(document.contents);
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: 100 }) };
  } catch {
    return refused('has too many aliases');
  }
}

function firstLine(message: string): string {
  return (message.split('\n', 1)[0] ?? '').replace(/\.$/, '').slice(0, 300);
}

/** Any explicit tag, also one that the core schema knows. */
function hasTag(node: unknown): boolean {
  if (isPair(node)) return hasTag(node.key) || hasTag(node.value);
  if (!isScalar(node) && !isMap(node) && !isSeq(node)) return false;
  if (node.tag !== undefined) return true;
  return !isScalar(node) && node.items.some(hasTag);
}

/** Puts texts in the place of numbers and truth values. */
function writeOut(node: unknown): void {
  if (isPair(node)) {
    writeOut(node.key);
    writeOut(node.value);
  } else if (isMap(node) || isSeq(node)) {
    for (const item of node.items) writeOut(item);
  } else if (isScalar(node)) {
    if (typeof node.value === 'number') node.value = node.source ?? String(node.value);
    if (typeof node.value === 'boolean') node.value = node.value ? 'True' : 'False';
  }
}
