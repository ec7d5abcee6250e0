import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { LaurelError } from '@laurel/contracts';
import type { OpenShare } from '@laurel/ports';
import { pointerText } from './pointer.js';
import { type PushedOutput, pushFile, pushFolder } from './push.js';
import { addressOf, demandRepository, readText, remoteOf } from './repository.js';
import type { NamedRemote } from './source.js';

export interface ExportRequest {
  /** File or folder to hand over; its name becomes the name of the output. */
  readonly path: string;
  /** Folder that gets the pointer. */
  readonly folder: string;
  /** Without it, the default remote of the project of DVC that `folder` lies in. */
  readonly remote?: NamedRemote;
}

export interface ExportedOutput extends PushedOutput {
  /** Path of the `.dvc` file. */
  readonly pointer: string;
  readonly remote: string;
}

/**
 * Hands a file or a folder over to DVC: its objects go to the remote, then `NAME.dvc` is written and NAME is kept out of
 * Git, as `dvc add` does. `dvc pull NAME.dvc` brings it. Errors: `DataUnreadable`, `DependencyUnavailable`.
 */
export async function exportToDvc(request: ExportRequest, open: OpenShare): Promise<ExportedOutput> {
  const { path, folder } = request;
  const address = await remoteFor(request);
  const remote = open(address);
  const pushed = (await stat(path)).isDirectory() ? await pushFolder(path, remote) : await pushFile(path, remote);
  const name = basename(path);
  const pointer = join(resolve(folder), `${name}.dvc`);
  await mkdir(folder, { recursive: true });
  await replace(pointer, pointerText({ ...pushed, path: name }));
  await ignore(folder, name);
  return { ...pushed, pointer, remote: address.url };
}

async function remoteFor({ folder, remote }: ExportRequest) {
  if (remote !== undefined) return addressOf(remote.url, process.cwd(), { endpointurl: remote.endpoint });
  const repository = await demandRepository(folder);
  const address = remoteOf(repository);
  if (address !== undefined) return address;
  throw new LaurelError(
    'DataUnreadable',
    `The project of DVC in ${repository.root} has no default remote; run dvc remote add -d NAME URL, or name one with --remote.`,
  );
}

/** Git keeps the pointer, not the data. */
async function ignore(folder: string, name: string): Promise<void> {
  const file = join(folder, '.gitignore');
  const text = (await readText(file)) ?? '';
  const line = `/${name}`;
  if (text.split('\n').includes(line)) return;
  await replace(file, `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`);
}

async function replace(path: string, text: string): Promise<void> {
  const partial = `${path}.${process.pid}.part`;
  try {
    await writeFile(partial, text);
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
}
