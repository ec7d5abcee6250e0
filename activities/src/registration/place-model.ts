import type { ContentActivities } from '@laurel/contracts';
import { canonicalJson } from '@laurel/domain';
import type { ActivityPorts } from '../ports.js';
import { mostFiles } from './pin-content.js';

export type PlacePorts = Pick<ActivityPorts, 'artifacts' | 'code' | 'objects'>;

/** Lays a version's files out as the source of a job, by the manifest that kept sources have. */
export async function placeModel(
  { artifacts, code, objects }: PlacePorts,
  { content, runId }: Parameters<ContentActivities['placeModel']>[0],
): Promise<{ readonly folder: string }> {
  const pinned = await artifacts.tree({ kind: 'version', id: content.id }, '', mostFiles);
  const files = pinned.map(({ path, digest }) => ({ path: `model/${path}`, digest, executable: false }));
  const manifest = await objects.put(Buffer.from(canonicalJson({ files })));
  return { folder: await code.layOut(manifest, runId) };
}
