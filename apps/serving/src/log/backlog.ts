import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { byAge, fileNameOf, parseFileName, type SegmentName, type SegmentState } from './segment-name.js';

/** Segments of a folder that nobody writes any more. */
export interface Backlog {
  readonly segments: number;
  readonly bytes: number;
  /** When the oldest was opened. */
  readonly oldestAt: number | null;
}

type Segment = SegmentName & { readonly state: SegmentState; readonly bytes: number };

/** Removes the oldest segments until the rest fits into `largestBytes`; gives their number and what is left. */
export async function boundBacklog(
  folder: string,
  largestBytes: number,
): Promise<Backlog & { readonly dropped: number }> {
  const segments = await segmentsIn(folder);
  let bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  let dropped = 0;
  for (const segment of segments) {
    if (bytes <= largestBytes) break;
    await rm(join(folder, fileNameOf(segment, segment.state)), { recursive: true, force: true });
    bytes -= segment.bytes;
    dropped += 1;
  }
  const left = segments.slice(dropped).filter(({ state }) => state !== 'broken');
  return { dropped, segments: left.length, bytes, oldestAt: left[0]?.openedAt ?? null };
}

async function segmentsIn(folder: string): Promise<readonly Segment[]> {
  const names = (await readdir(folder).catch(() => [])).flatMap((file) => parseFileName(file) ?? []);
  const kept = names.filter(({ state }) => state !== 'open' && state !== 'partial');
  const segments = await Promise.all(
    kept.map(async (name) => ({ ...name, bytes: await bytesOf(join(folder, fileNameOf(name, name.state))) })),
  );
  return segments.sort(byAge);
}

/** Bytes of a file, or of the files in a folder. */
async function bytesOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) return found?.size ?? 0;
  const files = await readdir(path).catch(() => []);
  const sizes = await Promise.all(files.map((file) => bytesOf(join(path, file))));
  return sizes.reduce((sum, size) => sum + size, 0);
}
