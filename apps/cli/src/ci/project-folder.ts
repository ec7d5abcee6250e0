import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LaurelError } from '@laurel/contracts';
import { parseModelTests, usualModelTests } from '@laurel/contracts/schemas';
import type { ModelProject, ModelTests } from '@laurel/domain';
import { projectFile, projectOfText } from '../input/project-file.js';

/** Name of the file of tests in a project's folder. */
const testsFile = 'tests.yaml';

/** A project as it lies in its folder. */
export interface ProjectFolder {
  readonly folder: string;
  readonly project: ModelProject;
  readonly tests: ModelTests;
  /** False: nobody wrote tests, and only what can be asked of any model is asked. */
  readonly ownTests: boolean;
}

/** Reads project file and tests. Errors: `NotFound` without a project file, `InvalidProject` with every problem of a file. */
export async function readProjectFolder(folder: string): Promise<ProjectFolder> {
  const text = await textOf(join(folder, projectFile));
  if (text === undefined) {
    throw new LaurelError('NotFound', `There is no ${projectFile} in ${folder}; name the folder of a project.`);
  }
  const project = projectOfText(text, projectFile);
  const declared = await textOf(join(folder, testsFile));
  if (declared === undefined) return { folder, project, tests: usualModelTests(), ownTests: false };
  const tests = parseModelTests(declared, { file: testsFile, task: project.spec.task });
  if (!tests.ok) throw invalid(tests.problems);
  return { folder, project, tests: tests.tests, ownTests: true };
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new LaurelError('NotFound', `${path} cannot be read; check its permissions.`, { cause: error });
  }
}

function invalid(problems: readonly { readonly path: string; readonly message: string }[]): LaurelError {
  const [first] = problems;
  return new LaurelError('InvalidProject', first?.message ?? 'the file is not valid', {
    details: problems.map(({ path, message }) => ({ path, message })),
  });
}
