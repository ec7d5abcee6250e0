import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { OpenShare } from '@laurel/ports';
import { eachOf, fetchListing, fetchObject } from './objects.js';
import { type NamedRemote, placesOf } from './source.js';
import { findTracked } from './tracked.js';

/** What to bring, and where to. */
export interface PullRequest {
  /** A `.dvc` file or the path of something tracked, relative to `folder`. */
  readonly path: string;
  readonly folder: string;
  /** File or folder to write; without it, where the pointer says. */
  readonly to?: string;
  /** Instead of the remote that the project of DVC names. */
  readonly remote?: NamedRemote;
}

/** What was brought. */
export interface PulledOutput {
  readonly path: string;
  readonly md5: string;
  readonly files: number;
}

/**
 * Brings a tracked file or directory to the work tree, as `dvc pull` does, with every object checked against its digest.
 * Nothing is there until all of it is. Errors: as of the source `dvc:`.
 */
export async function pullTracked(request: PullRequest, open: OpenShare): Promise<PulledOutput> {
  const found = await findTracked(request.path, request.folder);
  const places = placesOf(found, open, request.remote);
  const place = request.to === undefined ? found.place : resolve(request.folder, request.to);
  const { md5, directory } = found.output;
  const wanted = { name: found.place, md5, directory };
  await mkdir(dirname(place), { recursive: true });
  const scratch = await mkdtemp(join(dirname(place), `.${basename(place)}-`));
  try {
    if (!directory) {
      await fetchObject(wanted, places, place);
      return { path: place, md5, files: 1 };
    }
    const entries = await fetchListing(wanted, places, scratch);
    const whole = join(scratch, 'whole');
    await mkdir(whole);
    await eachOf(entries, (entry) =>
      fetchObject(
        { name: join(found.place, entry.relpath), md5: entry.md5, directory: false },
        places,
        join(whole, entry.relpath),
      ),
    );
    await rm(place, { recursive: true, force: true });
    await rename(whole, place);
    return { path: place, md5: `${md5}.dir`, files: entries.length };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
