import { join } from 'node:path';
import { LaurelError } from '@laurel/contracts';
import type { DataFormat } from '@laurel/domain';
import type { OpenShare, SourceReader } from '@laurel/ports';
import { fetchListing, fetchObject, type ObjectPlace } from './objects.js';
import { addressOf, remoteOf } from './repository.js';
import { type FoundOutput, findTracked } from './tracked.js';

const endings: { readonly [format in DataFormat]: readonly string[] } = {
  csv: ['.csv'],
  parquet: ['.parquet'],
  jsonl: ['.jsonl', '.ndjson'],
};

/** A remote that somebody names instead of the one in the project of DVC. */
export interface NamedRemote {
  readonly url: string;
  /** Of a compatible of S3. */
  readonly endpoint?: string;
}

/** Where objects of an output are looked for: the cache, then its remote (`remote` instead, where one is given). */
export function placesOf(
  { repository, output }: FoundOutput,
  open: OpenShare,
  remote?: NamedRemote,
): readonly ObjectPlace[] {
  const address =
    remote === undefined
      ? remoteOf(repository, output.remote)
      : addressOf(remote.url, process.cwd(), { endpointurl: remote.endpoint });
  return [
    { name: `the cache ${repository.cache}`, share: open({ url: repository.cache }) },
    ...(address === undefined ? [] : [{ name: `the remote ${address.url}`, share: open(address) }]),
  ];
}

/** Reads `dvc:` sources: a `.dvc` file, or the path of something tracked. Every object is checked against its digest. */
export function createDvcSource(open: OpenShare): SourceReader {
  return async ({ source, folder, scratch }) => {
    const found = await findTracked(source.uri.slice('dvc:'.length), folder);
    const places = placesOf(found, open);
    const path = join(scratch, `source${endings[source.format][0] ?? ''}`);
    const wanted = { name: found.place, md5: found.output.md5, directory: found.output.directory };
    if (!wanted.directory) {
      if (found.inside !== '') throw new LaurelError('DataUnreadable', `${found.place} is a file, and no folder.`);
      await fetchObject(wanted, places, path);
      return path;
    }
    const entries = await fetchListing(wanted, places, scratch);
    const chosen = found.inside === '' ? onlyTable(entries, source.format) : found.inside;
    const entry = entries.find(({ relpath }) => relpath === chosen);
    if (entry === undefined) {
      const known = entries.map(({ relpath }) => relpath).slice(0, 10);
      const message = `${found.place} holds ${known.join(', ') || 'no files'}; name one of them, as in dvc:${source.uri.slice('dvc:'.length).replace(/\.dvc$/, '')}/${known[0] ?? 'FILE'}.`;
      throw new LaurelError('DataUnreadable', message);
    }
    await fetchObject({ name: join(found.place, entry.relpath), md5: entry.md5, directory: false }, places, path);
    return path;
  };
}

/** The one file of a format in a directory; `undefined` where there is none, or more than one. */
function onlyTable(entries: readonly { readonly relpath: string }[], format: DataFormat): string | undefined {
  const tables = entries.filter(({ relpath }) => endings[format].some((ending) => relpath.endsWith(ending)));
  return tables.length === 1 ? tables[0]?.relpath : undefined;
}
