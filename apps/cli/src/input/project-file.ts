import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { LaurelError } from '@laurel/contracts';
import { type ProjectView, parseProject } from '@laurel/contracts/schemas';
import type { ModelProject } from '@laurel/domain';
import type { Context } from '../context.js';

/** Name of the project file in a project's folder. */
export const projectFile = 'laurel.yaml';

/** The project in the text of `file`. Error: `InvalidProject` with every problem. */
export function projectOfText(text: string, file: string): ModelProject {
  const parsed = parseProject(text, { file });
  if (parsed.ok) return parsed.project;
  const [first] = parsed.problems;
  throw new LaurelError('InvalidProject', first?.message ?? 'the file is not valid', {
    details: parsed.problems.map(({ path, message }) => ({ path, message })),
  });
}

/**
 * The project that a person named: a project file, a folder with one, or else an applied project. Errors:
 * `InvalidProject`, `NotFound`.
 */
export async function namedProject({ api, cwd }: Pick<Context, 'api' | 'cwd'>, name: string): Promise<ModelProject> {
  const path = resolve(cwd, name);
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined) {
    const file = found.isDirectory() ? join(path, projectFile) : path;
    return projectOfText(await textOf(file), basename(file));
  }
  if (/[/.]/.test(name)) {
    throw new LaurelError(
      'NotFound',
      `There is no file or folder ${path}; name a project file, its folder or a project.`,
    );
  }
  // The API answers with what it has parsed and stored itself.
  return (await api.get<ProjectView>(`projects/${encodeURIComponent(name)}`)).project as unknown as ModelProject;
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new LaurelError('NotFound', `There is no readable file ${file}; name a project file or its folder.`, {
      cause: error,
    });
  }
}
