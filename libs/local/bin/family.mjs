// The processes of an attempt: the trainer, whatever it started, and whatever that started, also after it has left the
// trainer's process group. A process belongs when it bears the attempt's brand, when the environment it was started with carries
// the attempt's mark, when it is in the trainer's group, or when its parent belongs. Needs /proc; elsewhere only the group is
// known.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, readProcess } from './process-identity.mjs';

/** Variable of the trainer's environment that holds the mark. */
export const markVariable = 'LAUREL_ATTEMPT_MARK';

const lookMilliseconds = 25;
const hasTable = process.platform === 'linux';

function table() {
  if (!hasTable) return [];
  return readdirSync('/proc')
    .filter((name) => name >= '1' && name < ':')
    .map((name) => readProcess(Number(name)))
    .filter((found) => found !== undefined);
}

function carries(pid, mark) {
  return (
    contains(`/proc/${pid}/environ`, `${markVariable}=${mark}`) || contains(`/proc/${pid}/limits`, ` ${brandOf(mark)} `)
  );
}

function contains(path, text) {
  try {
    return readFileSync(path, 'latin1').includes(text);
  } catch {
    return false;
  }
}

/** Some 140 years in microseconds, of which the last are the mark's own. */
function brandOf(mark) {
  return 2 ** 52 + Number.parseInt(mark.replaceAll('-', '').slice(0, 10), 16);
}

/**
 * Brands a process and all that it will ever start, whatever becomes of their environment, session and parent: limits are
 * inherited for ever, and the one on uninterrupted real-time work means nothing to anybody else. Where there is no `prlimit`
 * the other signs have to do.
 */
export function brand(pid, mark) {
  try {
    execFileSync('prlimit', ['--pid', String(pid), `--rttime=${brandOf(mark)}:unlimited`], { stdio: 'ignore' });
  } catch {
    // Not Linux, no such tool, or the process has gone already.
  }
}

/** Follows the processes marked with `mark`; `root` is the trainer's identity, `undefined` when it never started. */
export function followFamily({ mark, root }) {
  const members = new Map();
  const strangers = new Map();
  if (root !== undefined) members.set(root.pid, root.start);

  function belongs({ pid, parent, group, start }, ownGroup) {
    if (members.has(parent) || group === ownGroup) return true;
    if (strangers.get(pid) === start) return false;
    return carries(pid, mark);
  }

  /** Everybody who is alive now. */
  function look() {
    const present = table();
    if (present.length === 0) return root !== undefined && isAlive(root) ? [root] : [];
    const starts = new Map(present.map(({ pid, start }) => [pid, start]));
    for (const known of [members, strangers]) {
      for (const [pid, start] of known) if (starts.get(pid) !== start) known.delete(pid);
    }
    // While anybody of a group lives no other process can have its number: a leader of another start is of another group.
    const leader = root === undefined ? undefined : (starts.get(root.pid) ?? root.start);
    const ownGroup = leader !== undefined && leader === root.start ? root.pid : undefined;
    for (let grown = true; grown; ) {
      grown = false;
      for (const one of present) {
        if (members.has(one.pid)) continue;
        if (belongs(one, ownGroup)) {
          members.set(one.pid, one.start);
          grown = true;
        } else strangers.set(one.pid, one.start);
      }
    }
    return [...members].map(([pid, start]) => ({ pid, start }));
  }

  /** Kills until nobody is left; looks again and again, because a process may start others meanwhile. */
  async function end(milliseconds = 5_000) {
    const until = performance.now() + milliseconds;
    for (;;) {
      if (root !== undefined && (isAlive(root) || !hasTable)) send(-root.pid, 'SIGKILL');
      const left = look();
      for (const { pid } of left) send(pid, 'SIGKILL');
      if (left.length === 0) return true;
      if (performance.now() > until) return false;
      await delay(lookMilliseconds);
    }
  }

  return { look, end };
}

/** A signal to a process (a group, when negative) that may be gone by now. */
export function send(target, signal) {
  try {
    process.kill(target, signal);
  } catch (error) {
    // Nobody is left; macOS says EPERM when only uncollected children are.
    if (error.code !== 'ESRCH' && error.code !== 'EPERM') throw error;
  }
}
