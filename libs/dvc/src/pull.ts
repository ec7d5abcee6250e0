import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { LaurelError } from '@laurel/contracts';
import type { OpenShare } from '@laurel/ports';
import { md5OfFile } from './md5.js';
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
  /** Replace what is there already. */
  readonly force?: boolean;
}

/** What was brought. */
export interface PulledOutput {
  readonly path: string;
  readonly md5: string;
  readonly files: number;
}

/**
 * Brings a tracked file or directory to the work tree, as `dvc pull` does, with every object checked against its digest.
 * Nothing is there until all of it is. Errors: as of the source `dvc:`; `Conflict` when something else is there already.
 */
export async function pullTracked(request: PullRequest, open: OpenShare): Promise<PulledOutput> {
  const found = await findTracked(request.path, request.folder);
  const places = placesOf(found, open, request.remote);
  const place = request.to === undefined ? found.place : resolve(request.folder, request.to);
  const { md5, directory } = found.output;
  const wanted = { name: found.place, md5, directory };
  if (request.force !== true) await demandRoom(place, md5);
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

/** Work that nobody has stored is not written over. The same file again is no loss. */
async function demandRoom(place: string, md5: string): Promise<void> {
  const there = await stat(place).catch(() => undefined);
  if (there === undefined) return;
  const harmless = there.isDirectory() ? (await readdir(place)).length === 0 : (await md5OfFile(place)).md5 === md5;
  if (harmless) return;
  throw new LaurelError('Conflict', `${place} is there already; move it away, name another place, or use --force.`);
}
