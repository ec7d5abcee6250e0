import { LaurelError, type PinnedContent, type RegistrationKey } from '@laurel/contracts';
import { type ArtifactPlace, canonicalJson, isDigest, parseModelSource } from '@laurel/domain';
import type { ArtifactOwnerKey, RegisteredVersion, StoredArtifact } from '@laurel/ports';
import { digestOf } from '../digest.js';
import type { ActivityPorts } from '../ports.js';

export type PinPorts = Pick<ActivityPorts, 'artifacts' | 'modelRegistry' | 'packages'>;

/** Files of a model: MLflow's own have about ten, the largest checkpoints some hundreds. */
export const mostFiles = 10_000;

/** Copies the listing of a version's source to the version, so that nobody can change what was registered. */
export async function pinContent(ports: PinPorts, key: RegistrationKey): Promise<PinnedContent> {
  const version = await ports.modelRegistry.findVersion(key);
  if (version === undefined) {
    throw new LaurelError('NotFound', `version ${key.version} of "${key.name}" is gone; register it again.`);
  }
  const files = (await filesOf(ports, version)).toSorted((one, other) => (one.path < other.path ? -1 : 1));
  if (files.length === 0) {
    throw new LaurelError(
      'NotFound',
      `the source ${version.source} holds no files; log the model before registering it.`,
    );
  }
  if (files.length > mostFiles) {
    throw new LaurelError(
      'TooLarge',
      `the source ${version.source} holds more than ${mostFiles} files; register a folder with one model.`,
    );
  }
  await ports.artifacts.pin(version.id, files, version.userId ?? 'laurel');
  const listing = files.map(({ path, digest, size }) => ({ path, digest, size }));
  return {
    id: version.id,
    digest: digestOf(JSON.parse(canonicalJson(listing))),
    files: files.length,
    managed: version.managed,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
  };
}

/** Everything in the source, with paths relative to it. */
async function filesOf(ports: PinPorts, { source: uri }: RegisteredVersion): Promise<readonly StoredArtifact[]> {
  const parsed = parseModelSource(uri);
  if (!parsed.ok) throw new LaurelError('ModelUnsafe', `the source of the version is refused: ${parsed.problem}.`);
  const { source } = parsed;
  switch (source.kind) {
    case 'run':
      return below(ports, { kind: 'run', id: source.runId }, source.path);
    case 'loggedModel':
      return below(ports, { kind: 'loggedModel', id: source.modelId }, '');
    case 'version':
      return filesOfVersion(ports, source);
    case 'artifacts':
    default:
      return filesAt(ports, source.place);
  }
}

async function filesOfVersion(ports: PinPorts, key: RegistrationKey): Promise<readonly StoredArtifact[]> {
  const other = await ports.modelRegistry.findVersion(key);
  if (other === undefined) {
    throw new LaurelError('NotFound', `there is no version ${key.version} of "${key.name}" to copy.`);
  }
  if (other.status !== 'ready') {
    throw new LaurelError('Conflict', `version ${key.version} of "${key.name}" is not ready, so it cannot be copied.`);
  }
  const parsed = parseModelSource(other.source);
  if (parsed.ok && parsed.source.kind === 'artifacts' && parsed.source.place.owner.kind === 'package') {
    return filesAt(ports, parsed.source.place);
  }
  return below(ports, { kind: 'version', id: other.id }, '');
}

async function filesAt(ports: PinPorts, { owner, path }: ArtifactPlace): Promise<readonly StoredArtifact[]> {
  if (owner.kind !== 'package') return below(ports, owner, path);
  const digest = `sha256:${owner.id}`;
  if (!isDigest(digest)) return [];
  const { manifest } = await ports.packages.open(digest);
  return manifest.files
    .map((file) => ({ path: file.path, digest: `sha256:${file.sha256}` as const, size: file.size }))
    .filter((file) => path === '' || file.path.startsWith(`${path}/`))
    .map((file) => ({ ...file, path: path === '' ? file.path : file.path.slice(path.length + 1) }));
}

async function below(
  { artifacts }: PinPorts,
  { kind, id }: ArtifactOwnerKey,
  folder: string,
): Promise<readonly StoredArtifact[]> {
  const files = await artifacts.tree({ kind, id }, folder, mostFiles + 1);
  const skipped = folder === '' ? 0 : folder.length + 1;
  return files.map((file) => ({ ...file, path: file.path.slice(skipped) }));
}
