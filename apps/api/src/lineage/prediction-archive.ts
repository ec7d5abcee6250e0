import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDigest, logFolder, logPartitionFolder, logPartitionOf } from '@laurel/domain';
import type { ObjectStore, PredictionOrigin, TableEngine } from '@laurel/ports';

/** A request may be logged a little later than its id was made. */
const latestMilliseconds = 60_000;
const wanted = ['at', 'epoch', 'arm', 'version', 'digest'] as const;

type Means = {
  readonly objects: Pick<ObjectStore, 'foldersNamed' | 'listNamed' | 'getNamed'>;
  readonly tables: TableEngine;
};

/**
 * Looks for a prediction in the prediction log. The id, a UUID of version 7, says when the request was answered, and so in
 * which hour's files its row can be; the endpoint is not known, so each has its hour looked through.
 */
export async function findInArchive(means: Means, id: string): Promise<PredictionOrigin | undefined> {
  const madeAt = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
  for (const folder of await means.objects.foldersNamed(logFolder)) {
    const endpoint = folder.replace(/^endpoint=/, '');
    const hours = [madeAt, madeAt + latestMilliseconds].map((at) => logPartitionFolder(logPartitionOf(endpoint, at)));
    for (const hour of new Set(hours)) {
      for (const key of await means.objects.listNamed(hour)) {
        const found = await findInFile(means, key, id);
        if (found !== undefined) return { ...found, id, endpoint };
      }
    }
  }
  return undefined;
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
