// Who may start an attempt, or take it away: the one that its claim names, a file of its folder whose name says it all. A claim
// passes on by being renamed, from the very name that was seen. So who comes late, with an older view, changes nothing, also
// where another folder stands under the same path by now.
import { randomUUID } from 'node:crypto';
import { renameSync } from 'node:fs';
import { join } from 'node:path';

const form = /^claim,(\d+),([^,]+),[^,]+$/;

/** A name for a claim of this holder. No two are equal. */
export function claimOf({ pid, start }) {
  return `claim,${pid},${encodeURIComponent(start)},${randomUUID()}`;
}

/** Who holds a claim; undefined when this is not the name of one. */
export function holderOf(name) {
  const [, pid, start] = form.exec(name) ?? [];
  return pid === undefined ? undefined : { pid: Number(pid), start: decodeURIComponent(start) };
}

/** Passes the claim `seen` in `folder` on; tells whether it was still there. */
export function passClaim(folder, seen, next) {
  try {
    renameSync(join(folder, seen), join(folder, next));
    return true;
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}
