import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseProject } from '@laurel/contracts/schemas';
import type { ModelProject } from '@laurel/domain';

/** The shipped example's project, parsed. */
export async function exampleProject(): Promise<ModelProject> {
  const file = fileURLToPath(new URL('../../examples/churn/laurel.yaml', import.meta.url));
  const parsed = parseProject(await readFile(file, 'utf8'), { file });
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  return parsed.project;
}
