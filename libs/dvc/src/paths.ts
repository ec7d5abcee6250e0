import { LaurelError } from '@laurel/contracts';

/**
 * Returns `path`, a POSIX path as it stands in a file of DVC, when it stays below the folder it counts from. `place`
 * names the file in messages. Errors: `DataUnreadable`.
 */
export function pathInside(path: string, place: string): string {
  const parts = path.split('/');
  const leaves = parts.some((part) => part === '' || part === '.' || part === '..');
  if (!leaves && !path.includes('\\') && !path.includes('\0')) return path;
  throw new LaurelError(
    'DataUnreadable',
    `${place}: the path ${JSON.stringify(path)} may not lead out of its folder; write a plain relative path.`,
  );
}
