import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { chooseCheckpoint } from '@laurel/domain';
import { entries, readJson } from './job-files.js';

interface CheckpointManifest {
  readonly runId: string;
  readonly shards: readonly { readonly path: string; readonly size: number; readonly sha256: string }[];
}

/** Where training goes on: the newest whole checkpoint's manifest, and the highest fence that wrote any. */
export interface ResumePoint {
  readonly manifest: string | null;
  readonly refused: readonly string[];
  readonly highestFence: number;
}

/** Verifies the checkpoints under `folder`, newest first, down to the first whole one of run `runId`. */
export async function findResumePoint(folder: string, runId: string): Promise<ResumePoint> {
  const places = await listPlaces(folder);
  const newestFirst = places.toSorted((a, b) => b.step - a.step || b.fence - a.fence);
  const listed = [];
  for (const place of newestFirst) {
    const verified = await isWhole(place.path, runId);
    listed.push({ ...place, verified });
    if (verified) break;
  }
  const { chosen, refused } = chooseCheckpoint(listed);
  const highestFence = Math.max(-1, ...places.map(({ fence }) => fence));
  return { manifest: chosen?.path ?? null, refused: refused.map(({ path }) => path), highestFence };
}

async function listPlaces(folder: string) {
  const places: { readonly path: string; readonly step: number; readonly fence: number }[] = [];
  for (const step of (await entries(folder)).filter(isNumber)) {
    for (const fence of (await entries(join(folder, step))).filter(isNumber)) {
      const path = join(folder, step, fence, 'manifest.json');
      places.push({ path, step: Number(step), fence: Number(fence) });
    }
  }
  return places;
}

async function isWhole(path: string, runId: string): Promise<boolean> {
  try {
    const manifest = await readJson<CheckpointManifest>(path);
    if (manifest?.runId !== runId) return false;
    for (const shard of manifest.shards) {
      const file = join(dirname(path), basename(shard.path));
      if ((await stat(file)).size !== shard.size || (await sha256(file)) !== shard.sha256) return false;
    }
    return true;
  } catch {
    // Absent, cut off or not JSON: all the same as torn.
    return false;
  }
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function isNumber(name: string): boolean {
  return /^\d+$/.test(name);
}
