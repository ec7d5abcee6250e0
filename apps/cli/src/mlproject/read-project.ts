import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LaurelError } from '@laurel/contracts';
import { parseMlproject, type RunProjectBody } from '@laurel/contracts/schemas';
import { type EnvironmentFile, innerPath, type Mlproject, usualEnvironmentFiles } from '@laurel/domain';

/** The name of a project's file, in any case, as MLflow looks for it. */
const fileName = 'mlproject';
const largestFile = 1_000_000;

/** What the API is told of a folder. Errors: `NotFound` and `InvalidInput`, each with the file. */
export async function readProject(
  folder: string,
  entry: string,
): Promise<Pick<RunProjectBody, 'environment' | 'file' | 'folder'>> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new LaurelError('NotFound', `There is no folder ${folder}; name the one that holds MLproject.`, { cause });
  });
  const name = names.find((one) => one.toLowerCase() === fileName);
  const file = name === undefined ? null : await readText(folder, name);
  const project = file === null ? { name: null, entryPoints: [], environmentFile: null } : parsed(file);
  await demandScript(folder, entry, project);
  const wanted = project.environmentFile ?? usualEnvironmentFiles.find(({ path }) => names.includes(path)) ?? null;
  return { folder, file, environment: wanted && (await readEnvironment(folder, wanted)) };
}

function parsed(text: string): Mlproject {
  const read = parseMlproject(text);
  if (read.ok) return read.value;
  throw new LaurelError('InvalidInput', read.problem);
}

async function readEnvironment(folder: string, { path }: EnvironmentFile) {
  if (innerPath(path) === null) {
    throw new LaurelError(
      'InvalidInput',
      `MLproject names ${path}, which lies outside of the project; copy it into it.`,
    );
  }
  return { path, text: await readText(folder, path) };
}

/** A script that is not declared must be there: the sooner that is said, the better. */
async function demandScript(folder: string, entry: string, { entryPoints }: Mlproject): Promise<void> {
  if (entryPoints.some(({ name }) => name === entry) || !/\.(py|sh)$/i.test(entry) || innerPath(entry) === null) return;
  const found = await stat(join(folder, entry)).catch(() => undefined);
  if (found?.isFile() === true) return;
  throw new LaurelError(
    'NotFound',
    `There is no script ${entry} in ${folder}, and MLproject declares no such entry point.`,
  );
}

async function readText(folder: string, path: string): Promise<string> {
  const file = join(folder, path);
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() !== true) throw new LaurelError('NotFound', `There is no file ${file}, which MLproject needs.`);
  if (found.size <= largestFile) return readFile(file, 'utf8');
  throw new LaurelError('InvalidInput', `${file} is larger than ${largestFile} bytes; it is no file of a project.`);
}
