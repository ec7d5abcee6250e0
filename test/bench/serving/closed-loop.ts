import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Target } from './http-connection.js';
import { benchFolder } from './places.js';
import type { Measured } from './samples.js';

export interface ClosedLoop {
  readonly target: Target;
  /** Folder that `writeRequests` filled. */
  readonly requests: RequestFolder;
  readonly connections: number;
  readonly seconds: number;
}

export interface RequestFolder {
  readonly folder: string;
  readonly count: number;
}

/** What the script prints about its run. */
interface Said {
  readonly requests: number;
  readonly microseconds: number;
  readonly badStatus: number;
  readonly broken: number;
  readonly timedOut: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
}

/** Writes requests where the load generator's script finds them. */
export async function writeRequests(folder: string, requests: readonly Uint8Array[]): Promise<RequestFolder> {
  await mkdir(folder, { recursive: true });
  await Promise.all(requests.map((request, index) => writeFile(join(folder, String(index)), request)));
  return { folder, count: requests.length };
}

/** Asks which wrk there is; `null` for none. It says its version with exit code 1. */
export async function wrkVersion(): Promise<string | null> {
  try {
    await promisify(execFile)('wrk', ['--version']);
    return null;
  } catch (error) {
    const { code, stdout = '' } = error as { readonly code?: unknown; readonly stdout?: string };
    return code === 'ENOENT' ? null : (/^wrk (\S+)/.exec(stdout)?.[1] ?? 'of an unknown version');
  }
}

/** Lets wrk send requests over that many connections, each waiting for its answer before the next. */
export async function runClosedLoop({ target, requests, connections, seconds }: ClosedLoop): Promise<Measured> {
  const url = `http://${target.host}:${target.port}/`;
  const load = ['-t', '1', '-c', String(connections), '-d', `${seconds}s`, '--timeout', '10s'];
  const script = ['-s', join(benchFolder, 'wrk.lua'), url, '--', requests.folder, String(requests.count)];
  const { stdout } = await promisify(execFile)('wrk', [...load, ...script]);
  const line = stdout.split('\n').findLast((text) => text.startsWith('{'));
  if (line === undefined) throw new Error(`wrk said nothing that its script prints: ${stdout.slice(-300)}`);
  const said = JSON.parse(line) as Said;
  return {
    perSecond: said.requests / (said.microseconds / 1e6),
    p50: said.p50 / 1_000,
    p99: said.p99 / 1_000,
    p999: said.p999 / 1_000,
    failed: said.badStatus + said.broken + said.timedOut,
  };
}
