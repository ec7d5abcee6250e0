import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseProject } from '@laurel/contracts/schemas';
import type { ModelProject } from '@laurel/domain';
import { createTableEngine } from '@laurel/duckdb';
import { initProject } from '../../../apps/cli/src/init/index.js';

type Value = string | number | boolean | null;

/** CSV of `rows` rows, each column a function of the row's number. */
export function csvOf(rows: number, columns: { readonly [name: string]: (row: number) => Value }): string {
  const names = Object.keys(columns);
  const lines = Array.from({ length: rows }, (_, row) => names.map((name) => columns[name]?.(row) ?? '').join(','));
  return `${names.join(',')}\n${lines.join('\n')}\n`;
}

/** A folder in which `laurel init` can run; it goes away at the end of the test. */
export async function aFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'laurel-init-test-'));
  const templates = join(folder, 'templates');
  await mkdir(templates);
  await writeFile(join(templates, 'train.py'), '# trains\n');
  const engine = createTableEngine();
  return {
    folder,
    /** Writes `csv` and makes the project `model` from it. */
    async init(csv: string, options: { target?: string; name?: string; force?: boolean; file?: string } = {}) {
      const { target = 'y', name = 'model', force = false, file = 'rows.csv' } = options;
      const fromCsv = join(folder, file);
      await writeFile(fromCsv, csv);
      const result = await initProject({ name, fromCsv, target, folder, templates, engine, force });
      const text = await readFile(join(folder, name, 'laurel.yaml'), 'utf8');
      const parsed = parseProject(text, { file: 'laurel.yaml' });
      if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
      return { ...result, text, project: parsed.project satisfies ModelProject, spec: parsed.project.spec };
    },
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true });
    },
  };
}
