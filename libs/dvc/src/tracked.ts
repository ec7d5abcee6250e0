import { dirname, relative, resolve, sep } from 'node:path';
import { LaurelError } from '@laurel/contracts';
import { outputsOfLock } from './lock-file.js';
import { parsePointer, type TrackedOutput } from './pointer.js';
import { type DvcRepository, demandRepository, isBelow, readText } from './repository.js';

/** A tracked output, with the project that tracks it. */
export interface FoundOutput {
  readonly repository: DvcRepository;
  readonly output: TrackedOutput;
  /** File that names the output. */
  readonly file: string;
  /** Where the output lies in the work tree. */
  readonly place: string;
  /** Path within a directory that was asked for; empty for all of the output. */
  readonly inside: string;
}

/**
 * The output that `path` means: the one of a `.dvc` file, one that a `.dvc` file or a `dvc.lock` names, or a file of a
 * tracked directory. Errors: `DataUnreadable`.
 */
export async function findTracked(path: string, folder: string): Promise<FoundOutput> {
  const wanted = resolve(folder, path);
  const repository = await demandRepository(folder);
  if (!isBelow(repository.root, wanted)) {
    throw new LaurelError('DataUnreadable', `dvc:${path} leads out of the project of DVC in ${repository.root}.`);
  }
  if (wanted.endsWith('.dvc')) {
    const text = await readText(wanted);
    if (text === undefined) throw new LaurelError('DataUnreadable', `There is no file ${wanted}; check dvc:${path}.`);
    const output = parsePointer(text, wanted);
    return { repository, output, file: wanted, place: resolve(dirname(wanted), output.path), inside: '' };
  }
  for (let place = wanted; isBelow(repository.root, place) && place !== repository.root; place = dirname(place)) {
    const found = await namedBy(place);
    if (found !== undefined) {
      return { repository, ...found, place, inside: relative(place, wanted).split(sep).join('/') };
    }
  }
  throw new LaurelError(
    'DataUnreadable',
    `No .dvc file and no dvc.lock of ${repository.root} tracks ${relative(repository.root, wanted)}; run dvc add, or check the path.`,
  );
}

async function namedBy(place: string): Promise<Pick<FoundOutput, 'output' | 'file'> | undefined> {
  const pointer = await readText(`${place}.dvc`);
  if (pointer !== undefined) {
    const output = parsePointer(pointer, `${place}.dvc`);
    if (resolve(dirname(place), output.path) === place) return { output, file: `${place}.dvc` };
  }
  const file = resolve(dirname(place), 'dvc.lock');
  const lock = await readText(file);
  if (lock === undefined) return undefined;
  const output = outputsOfLock(lock, file).find((one) => resolve(dirname(place), one.path) === place);
  return output === undefined ? undefined : { output, file };
}
