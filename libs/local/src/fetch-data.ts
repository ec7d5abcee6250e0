import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobData } from '@laurel/domain';
import type { ObjectStore } from '@laurel/ports';
import { writeWhole } from '../bin/atomic-file.mjs';
import { type JobFiles, makeFolder, readJson } from './job-files.js';

/** What lies in the data folder, by file: which object it is, and how the file looked when it was fetched. */
type Fetched = Readonly<Record<string, { readonly digest: string; readonly look: string }>>;

/**
 * Puts a job's data into its folder, each object verified as it comes. A file that the attempt before fetched and nobody has
 * touched since is kept: a run that is preempted often does not fetch its data as often.
 */
export async function fetchData(job: JobFiles, data: JobData, objects: ObjectStore): Promise<void> {
  await makeFolder(job.data);
  const record = join(job.folder, 'fetched.json');
  const before = await readJson<Fetched>(record);
  const after: Record<string, Fetched[string]> = {};
  for (const [name, digest] of [
    ['train.parquet', data.train],
    ['validation.parquet', data.validation],
    ['schema.json', data.schema],
  ] as const) {
    const path = join(job.data, name);
    const known = before?.[name];
    if (known?.digest !== digest || known.look !== (await lookOf(path))) await objects.getFile(digest, path);
    after[name] = { digest, look: (await lookOf(path)) ?? '' };
  }
  writeWhole(record, after);
}

/** Changes whenever a file's content is written or the file is replaced; `undefined` when there is none. */
async function lookOf(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  if (found === undefined || !found.isFile()) return undefined;
  return [found.ino, found.size, found.mtimeNs, found.ctimeNs].join(':');
}
