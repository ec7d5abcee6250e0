import { LaurelError } from '@laurel/contracts';
import { isMd5, type Md5, md5Of } from './md5.js';
import { pathInside } from './paths.js';
import { byCodePoint, pythonJson } from './python-json.js';

/** A file of a directory that DVC tracks as one. */
export interface DirectoryEntry {
  readonly relpath: string;
  readonly md5: Md5;
}

/** The bytes that list a directory, exactly as DVC writes them, and their MD5 (which DVC shows with `.dir` behind it). */
export function directoryObject(entries: readonly DirectoryEntry[]): { readonly bytes: Buffer; readonly md5: Md5 } {
  const sorted = entries
    .map(({ relpath, md5 }) => ({ md5, relpath }))
    .sort((a, b) => byCodePoint(a.relpath, b.relpath));
  const bytes = Buffer.from(pythonJson(sorted), 'latin1');
  return { bytes, md5: md5Of(bytes) };
}

/**
 * Entries of a directory listing. Errors: `DataUnreadable` for what is no listing, a path that leads out of the
 * directory, and a path that is listed twice or is both a file and a folder.
 */
export function parseDirectoryObject(bytes: Uint8Array, place: string): readonly DirectoryEntry[] {
  const list = jsonOf(bytes);
  if (!Array.isArray(list)) throw refused(place, 'this is no listing of a directory; run dvc add and dvc push again');
  const entries = list.map((item) => entryOf(item, place));
  const files = new Set<string>();
  for (const { relpath } of entries) {
    if (files.has(relpath)) throw refused(place, `it lists ${JSON.stringify(relpath)} twice; run dvc add again`);
    files.add(relpath);
  }
  for (const { relpath } of entries) {
    const parts = relpath.split('/');
    const folder = parts.slice(0, -1).find((_, index) => files.has(parts.slice(0, index + 1).join('/')));
    if (folder !== undefined) throw refused(place, `${JSON.stringify(relpath)} lies in what is also a file`);
  }
  return entries;
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function entryOf(item: unknown, place: string): DirectoryEntry {
  const { relpath, md5 } = (item ?? {}) as { readonly relpath?: unknown; readonly md5?: unknown };
  if (typeof relpath !== 'string' || !isMd5(md5)) {
    throw refused(place, 'an entry lacks a relpath or an md5 of 32 hex digits; run dvc add and dvc push again');
  }
  return { relpath: pathInside(relpath, place), md5 };
}

function refused(place: string, what: string): LaurelError {
  return new LaurelError('DataUnreadable', `${place}: ${what}.`);
}
