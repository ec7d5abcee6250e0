import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LaurelError } from '@laurel/contracts';

/** Path of a project's data source: relative to the project's folder, absolute, or a `file://` URL. */
export function sourcePath(uri: string, folder: string): string {
  if (uri.startsWith('file://')) return fileURLToPath(uri);
  const scheme = /^([a-z0-9+.-]+):/i.exec(uri)?.[1];
  if (scheme !== undefined) {
    throw new LaurelError(
      'DataUnreadable',
      `spec.data.source.uri "${uri}": this installation reads files only, not ${scheme}:; give a path or a file:// URL.`,
    );
  }
  return resolve(folder, uri);
}
