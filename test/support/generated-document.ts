import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const begin = '<!-- generated: begin -->';
const end = '<!-- generated: end -->';

/** The generated part of a document, between its two marks. With LAUREL_WRITE_DOCS=1 it is replaced by `text` first. */
export function generatedPart(path: URL, text: string): string {
  if (process.env['LAUREL_WRITE_DOCS'] === '1') write(path, text);
  const [, part] =
    /<!-- generated: begin -->\n([\s\S]*)\n<!-- generated: end -->/.exec(readFileSync(path, 'utf8')) ?? [];
  if (part === undefined) throw new Error(`${path.pathname} has no generated part`);
  return part.trim();
}

function write(path: URL, text: string): void {
  mkdirSync(dirname(path.pathname), { recursive: true });
  const before = readFileSync(path, 'utf8');
  const [head] = before.split(begin);
  const tail = before.split(end)[1] ?? '\n';
  writeFileSync(path, `${head}${begin}\n\n${text}\n\n${end}${tail}`);
}
