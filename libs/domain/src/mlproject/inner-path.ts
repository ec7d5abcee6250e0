const scheme = /^[a-z][a-z0-9+.-]*:/i;

/**
 * A path below a project's folder, from one that starts in its subfolder `from`; `null` where it leads out of the project
 * or is no relative path with `/`. `''` is the folder itself.
 */
export function innerPath(path: string, from = ''): string | null {
  if (path === '' || path.startsWith('/') || path.includes('\\') || path.includes('\0') || scheme.test(path))
    return null;
  const parts: string[] = [];
  for (const part of [...from.split('/'), ...path.split('/')]) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join('/');
}

/** The folder in which a file lies; `''` for the project's own. */
export function folderOf(path: string): string {
  return path.split('/').slice(0, -1).join('/');
}
