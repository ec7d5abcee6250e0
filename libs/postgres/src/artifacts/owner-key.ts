import type { ArtifactOwnerKey } from '@laurel/ports';

const prefixes = { run: 'run', loggedModel: 'model', version: 'version' } as const;

/** The key of an owner's rows. */
export function ownerKey({ kind, id }: ArtifactOwnerKey): string {
  return `${prefixes[kind]}/${id}`;
}

/** The owner of a key. */
export function ownerOf(key: string): ArtifactOwnerKey {
  const [prefix = '', id = ''] = key.split('/');
  const kind = prefix === 'model' ? 'loggedModel' : prefix === 'version' ? 'version' : 'run';
  return { kind, id };
}
