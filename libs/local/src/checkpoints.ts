import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { chooseCheckpoint } from '@laurel/domain';
import { entries } from './job-files.js';

interface CheckpointManifest {
  readonly runId: string;
  readonly step: number;
  readonly fence: number;
  readonly shards: readonly { readonly path: string; readonly size: number; readonly sha256: string }[];
}

interface Place {
  readonly path: string;
  readonly step: number;
  readonly fence: number;
}

/** Where training goes on: the newest whole checkpoint's manifest, and the highest fence that wrote any. */
export interface ResumePoint {
  readonly manifest: string | null;
  readonly step: number | null;
  readonly refused: readonly string[];
  readonly highestFence: number;
}

const largestManifest = 64 * 1024 * 1024;

/** Verifies the checkpoints under `folder`, newest first, down to the first whole one of run `runId`. */
export async function findResumePoint(folder: string, runId: string): Promise<ResumePoint> {
  const places = await listPlaces(folder);
  const newestFirst = places.toSorted((a, b) => b.step - a.step || b.fence - a.fence);
  const listed = [];
  for (const place of newestFirst) {
    const verified = await isWhole(place, runId);
    listed.push({ ...place, verified });
    if (verified) break;
  }
  const { chosen, refused } = chooseCheckpoint(listed);
  const highestFence = places.reduce((highest, { fence }) => Math.max(highest, fence), -1);
  return {
    manifest: chosen?.path ?? null,
    step: chosen?.step ?? null,
    refused: refused.map(({ path }) => path),
    highestFence,
  };
}

async function listPlaces(folder: string): Promise<readonly Place[]> {
  const places: Place[] = [];
  for (const step of (await entries(folder)).filter(isNumber)) {
    for (const fence of (await entries(join(folder, step))).filter(isNumber)) {
      const path = join(folder, step, fence, 'manifest.json');
      places.push({ path, step: Number(step), fence: Number(fence) });
    }
  }
  return places;
}

async function isWhole(place: Place, runId: string): Promise<boolean> {
  try {
    await demandFile(place.path, largestManifest);
    const manifest = JSON.parse(await readFile(place.path, 'utf8')) as CheckpointManifest;
    if (manifest.runId !== runId || manifest.step !== place.step || manifest.fence !== place.fence) return false;
    for (const shard of manifest.shards) {
      const file = join(dirname(place.path), basename(shard.path));
      if ((await demandFile(file)) !== shard.size || (await sha256(file)) !== shard.sha256) return false;
    }
    return true;
  } catch {
    // Absent, cut off, not JSON or no file at all: all the same as torn.
    return false;
  }
}

/** Size of a plain file. A pipe in its place would be read for ever. */
async function demandFile(path: string, largest = Number.POSITIVE_INFINITY): Promise<number> {
  const found = await stat(path);
  if (!found.isFile() || found.size > largest) throw new Error(`${path} is no file of a checkpoint.`);
  return found.size;
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function isNumber(name: string): boolean {
  return /^\d{1,15}$/.test(name);
}
