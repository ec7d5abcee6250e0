import { artifactUri, parseModelSource } from '@laurel/domain';
import type { RegisteredVersion } from '@laurel/ports';
import type { ApiPorts } from '../../ports.js';

/** Copies of copies that are followed while the gates are at work. */
const mostCopies = 5;

/**
 * Where a version is downloaded from: its package, or the copy made when it was registered. While its gates are at work there
 * may be no copy yet, and it is what its source is: clients load what they have just registered.
 */
export async function downloadUri(ports: ApiPorts, version: RegisteredVersion, copies = 0): Promise<string> {
  const own = artifactUri({ kind: 'version', id: version.id });
  const parsed = parseModelSource(version.source);
  if (!parsed.ok) return own;
  const { source } = parsed;
  if (source.kind === 'artifacts' && source.place.owner.kind === 'package') return version.source;
  if (version.status !== 'pending') return own;
  switch (source.kind) {
    case 'run': {
      const run = await ports.tracking.findRun(source.runId);
      return run === undefined ? own : `${run.info.artifactUri}${source.path === '' ? '' : `/${source.path}`}`;
    }
    case 'loggedModel':
      return (await ports.loggedModels.findModel(source.modelId, { deleted: false }))?.artifactUri ?? own;
    case 'version': {
      const other = await ports.modelRegistry.findVersion(source);
      return other === undefined || copies === mostCopies ? own : downloadUri(ports, other, copies + 1);
    }
    case 'artifacts':
    default:
      return version.source;
  }
}
