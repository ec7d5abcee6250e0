import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDigest } from '@laurel/domain';
import type { ObjectStore, PredictionOrigin, TableEngine } from '@laurel/ports';

const folder = 'predictions/';
const hourMilliseconds = 3_600_000;
const wanted = ['at', 'epoch', 'arm', 'version', 'digest'] as const;

type Means = {
  readonly objects: Pick<ObjectStore, 'foldersNamed' | 'listNamed' | 'getNamed'>;
  readonly tables: TableEngine;
};

/**
 * Looks for a prediction in the prediction log. The id, a UUID of version 7, says when the request was answered, and so in
 * which hour's files its row can be; the endpoint is not known, so each has its hour looked through.
 */
export async function findInArchive({ objects, tables }: Means, id: string): Promise<PredictionOrigin | undefined> {
  const endpoints = await objects.foldersNamed(folder);
  for (const endpoint of endpoints) {
    for (const hour of hoursOf(id)) {
      for (const key of await objects.listNamed(`${folder}${endpoint}/${hour}/`)) {
        const found = await findInFile({ objects, tables }, key, id);
        if (found !== undefined) return { ...found, id, endpoint: endpoint.replace(/^endpoint=/, '') };
      }
    }
  }
  return undefined;
}

/** The hour in which an id was made and, close to its end, the next one: a request may be logged a little later. */
function hoursOf(id: string): readonly string[] {
  const at = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
  const later = at + 60_000;
  const hours = [at, later].map((time) =>
    new Date(Math.floor(time / hourMilliseconds) * hourMilliseconds).toISOString(),
  );
  return [...new Set(hours)].map((hour) => `date=${hour.slice(0, 10)}/hour=${hour.slice(11, 13)}`);
}

async function findInFile({ objects, tables }: Means, key: string, id: string) {
  const bytes = await objects.getNamed(key);
  if (bytes === undefined) return undefined;
  const scratch = await mkdtemp(join(tmpdir(), 'laurel-archive-'));
  try {
    const file = join(scratch, 'log.parquet');
    await writeFile(file, bytes);
    const row = await tables.findRow(file, { column: 'predictionId', value: id, wanted });
    const digest = String(row?.['digest']);
    if (row === undefined || !isDigest(digest)) return undefined;
    return {
      at: new Date(String(row['at'])).toISOString(),
      epoch: Number(row['epoch']),
      arm: String(row['arm']),
      version: Number(row['version']),
      digest,
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
