import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { trainerFiles } from '@laurel/contracts';
import { canonicalJson, type JobOutcome, type OutputManifest } from '@laurel/domain';
import type { ObjectStore } from '@laurel/ports';
import { noModel } from './job-outcome.js';

/** Stores the files of an output folder and their manifest. The same files give the same digest. A trainer leaves a model. */
export async function uploadOutput(
  folder: string,
  objects: ObjectStore,
  { isTrainer }: { readonly isTrainer: boolean },
): Promise<JobOutcome> {
  const paths = await filesUnder(folder);
  const problem = isTrainer ? await problemOf(folder, paths) : undefined;
  if (problem !== undefined) return noModel(problem);
  const files = [];
  for (const path of paths) files.push({ path, ...(await objects.putFile(join(folder, path))) });
  const manifest: OutputManifest = { files };
  return { kind: 'done', output: await objects.put(Buffer.from(canonicalJson(manifest))) };
}

/** What is wrong with the two files that every result has, as a clause; `undefined` when they are there and whole. */
async function problemOf(folder: string, paths: readonly string[]): Promise<string | undefined> {
  const { model, description } = trainerFiles;
  const missing = [model, description].filter((file) => !paths.includes(file));
  if (missing.length > 0) return `did not write ${missing.join(' and ')} to LAUREL_OUTPUT_DIR`;
  if ((await stat(join(folder, model))).size === 0) return `left ${model} empty`;
  try {
    JSON.parse(await readFile(join(folder, description), 'utf8'));
    return undefined;
  } catch {
    return `its ${description} is not JSON; NaN and Infinity are not allowed in it`;
  }
}

/** Plain files by relative path with `/`, sorted; links are not followed. */
async function filesUnder(folder: string): Promise<readonly string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}
