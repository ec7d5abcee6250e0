import { bytesOf, hiddenCharacters, readingsOf } from './safe-text.js';

/** Longest path and longest name of a file in it, in bytes: what file systems of clients can store. */
const longestPath = 2_000;
const longestSegment = 255;

/** The path of an artifact within its owner, or why it is none. */
export type CheckedPath =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly problem: string };

const refused = (problem: string): CheckedPath => ({ ok: false, problem });

/**
 * Checks a path that came from outside, decoded once. It must stay inside its owner however it is decoded further or
 * folded: no `..`, no backslash, nothing absolute, no drive, no control character. Slashes at the end and `.` are dropped; the
 * empty path is the owner itself.
 */
export function checkArtifactPath(text: string): CheckedPath {
  if (bytesOf(text) > longestPath) return refused(`it is longer than ${longestPath} bytes`);
  const readings = readingsOf(text);
  if (readings === undefined) return refused('it is encoded too often');
  for (const reading of readings) {
    const problem = problemOf(reading);
    if (problem !== undefined) return refused(problem);
  }
  const segments = text.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.some((segment) => bytesOf(segment) > longestSegment)) {
    return refused(`a name in it is longer than ${longestSegment} bytes`);
  }
  return { ok: true, path: segments.join('/') };
}

function problemOf(reading: string): string | undefined {
  if (hiddenCharacters.test(reading)) return 'it holds a control or invisible character';
  if (reading.startsWith('/')) return 'it is absolute';
  if (reading.includes('\\')) return 'it holds a backslash';
  if (/^[a-z]:/i.test(reading)) return 'it begins with a drive';
  if (reading.includes('#')) return 'it holds a #';
  if (reading.split('/').some((segment) => /^\.{2,}$/.test(segment.trim()))) return 'it leaves the folder';
  return undefined;
}
