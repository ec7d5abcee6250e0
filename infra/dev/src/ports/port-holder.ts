import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** State LISTEN of /proc/net/tcp. */
const listening = '0A';

/** The process that listens on a TCP port, as `node (process 4711)`; undefined where it cannot be seen. */
export function portHolder(port: number): string | undefined {
  const sockets = listeningSockets(port);
  if (sockets.size === 0) return undefined;
  for (const pid of processIds()) {
    if (!holdsOne(pid, sockets)) continue;
    return `${programOf(pid)} (process ${pid})`;
  }
  return undefined;
}

function listeningSockets(port: number): ReadonlySet<string> {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap((path) => linesOf(path))
    .map((line) => line.trim().split(/\s+/));
  const held = rows.filter((row) => row[1]?.endsWith(suffix) === true && row[3] === listening);
  return new Set(held.map((row) => `socket:[${row[9] ?? ''}]`));
}

function holdsOne(pid: string, sockets: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => sockets.has(targetOf(`/proc/${pid}/fd/${fd}`)));
  } catch {
    return false;
  }
}

function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}

function programOf(pid: string): string {
  const [program = 'a program', ...more] = (linesOf(`/proc/${pid}/cmdline`)[0] ?? '').split('\0');
  const script = more.find((word) => /\.[cm]?js$/.test(word));
  return [program.split('/').pop() ?? program, ...(script === undefined ? [] : [script])].join(' ');
}

function processIds(): readonly string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}
