import { uploadFolder, uploadsFolder } from '@laurel/domain';
import type { Artifacts, ObjectStore } from '@laurel/ports';

/** Uploads of artifacts in parts, and where their parts wait. */
export interface PruneUploadsPorts {
  readonly artifacts: Pick<Artifacts, 'findUpload' | 'pruneUploads'>;
  readonly objects: Pick<ObjectStore, 'foldersNamed' | 'listNamed' | 'removeNamed'>;
}

/** Forgets uploads that can go on no more and removes parts that no upload waits for; gives how many parts. */
export async function pruneUploads({ artifacts, objects }: PruneUploadsPorts): Promise<{ readonly removed: number }> {
  await artifacts.pruneUploads();
  let removed = 0;
  for (const upload of await objects.foldersNamed(uploadsFolder)) {
    if ((await artifacts.findUpload(upload)) !== undefined) continue;
    const parts = await objects.listNamed(uploadFolder(upload));
    await objects.removeNamed(parts);
    removed += parts.length;
  }
  return { removed };
}
