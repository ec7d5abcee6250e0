import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { LaurelError } from '@laurel/contracts';
import type { DatasetView } from '@laurel/contracts/schemas';
import { type ExportedOutput, exportToDvc, type NamedRemote } from '@laurel/dvc';
import { openShare } from '@laurel/objectstore';
import type { ApiClient } from '../client/api-client.js';

export interface DatasetExport {
  /** Folder that gets the `.dvc` file. */
  readonly folder: string;
  /** The file as it was read; a directory of it, its schema and its statistics; or its rows as Parquet. */
  readonly as: 'file' | 'directory' | 'table';
  readonly name?: string;
  readonly remote?: NamedRemote;
}

/** Hands a dataset version over to DVC. Errors: `DataCorrupt` (what came is not what is recorded), as of `exportToDvc`. */
export async function exportDataset(
  api: ApiClient,
  view: DatasetView,
  request: DatasetExport,
): Promise<ExportedOutput> {
  const { folder, as, remote } = request;
  const scratch = await mkdtemp(join(tmpdir(), 'laurel-export-'));
  try {
    const path = join(scratch, nameOf(view, request));
    await (as === 'directory'
      ? writeDirectory(api, view, path)
      : fetchPart(api, view, { path, table: as === 'table' }));
    return await exportToDvc({ path, folder, ...(remote === undefined ? {} : { remote }) }, openShare);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function nameOf(view: DatasetView, { as, name }: DatasetExport): string {
  const chosen =
    name ?? (as === 'directory' ? view.dataset : `${view.dataset}${as === 'table' ? '.parquet' : endingOf(view)}`);
  if (chosen !== '' && chosen !== '.' && chosen !== '..' && !/[/\\\0]/.test(chosen)) return chosen;
  throw new LaurelError('InvalidInput', `--name is ${JSON.stringify(chosen)}; give the plain name of a file.`);
}

/** Versions of earlier releases do not say their format; their source has an ending. */
function endingOf({ content, source }: DatasetView): string {
  return content ? `.${content.format}` : extname(source);
}

async function writeDirectory(api: ApiClient, view: DatasetView, folder: string): Promise<void> {
  await mkdir(folder);
  await fetchPart(api, view, { path: join(folder, `data${endingOf(view)}`), table: false });
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  await writeFile(join(folder, 'schema.json'), json(view.schema));
  await writeFile(join(folder, 'statistics.json'), json(view.statistics));
}

async function fetchPart(
  api: ApiClient,
  view: DatasetView,
  { path, table }: { readonly path: string; readonly table: boolean },
): Promise<void> {
  const { dataset, version } = view;
  const address = `datasets/${encodeURIComponent(dataset)}/versions/${version}/content`;
  await api.download(address, { part: table ? 'table' : 'source' }, path);
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  const found = `sha256:${hash.digest('hex')}`;
  const expected = table ? view.table : view.digest;
  if (found === expected) return;
  throw new LaurelError(
    'DataCorrupt',
    `Version ${version} of ${dataset} should have the digest ${expected} and came as ${found}; try again, then look at the object store.`,
  );
}
