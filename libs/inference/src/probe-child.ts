import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { networkCut } from './probe-network.js';

/** How a child ended, with what it had written by then. */
export interface ChildEnd {
  readonly output: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly timedOut: boolean;
}

export interface ChildLimits {
  readonly memoryMegabytes: number;
  readonly timeoutMilliseconds: number;
}

/** Node 24 and onnxruntime map about 600 MB of writable memory before a model is loaded; `ulimit -d` counts it. */
const runtimeMegabytes = 1024;

/** Node and onnxruntime have 27 open with a session (measured). */
const openFiles = 64;

const maximumOutput = 256 * 1024;

const script = fileURLToPath(new URL('../bin/probe-child.mjs', import.meta.url));

/**
 * Runs the probe script in a process of its own with `input` on its standard input: no environment, no network where the
 * system can take it away, an empty folder that nobody may write to, no files, no core dump, bounded memory, processor
 * and wall time. Always resolves once the process is gone.
 */
export async function runProbeChild(input: readonly Uint8Array[], limits: ChildLimits): Promise<ChildEnd> {
  const folder = await mkdtemp(join(tmpdir(), 'laurel-probe-'));
  try {
    await chmod(folder, 0o500);
    return await run(input, { limits, folder, cut: await networkCut() });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Surroundings {
  readonly limits: ChildLimits;
  readonly folder: string;
  /** Command that runs what follows it without network. */
  readonly cut: readonly string[];
}

async function run(input: readonly Uint8Array[], { limits, folder, cut }: Surroundings): Promise<ChildEnd> {
  const { command, args } = limited(limits, cut);
  const child = spawn(command, args, { cwd: folder, env: {}, stdio: ['pipe', 'pipe', 'ignore'] });
  let output = '';
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
  }, limits.timeoutMilliseconds);
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (output.length < maximumOutput) output += text;
  });
  // A child that dies early closes the pipe; how it ended is told by its exit.
  child.stdin.on('error', () => undefined);
  for (const bytes of input) child.stdin.write(bytes);
  child.stdin.end();
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ output, code, signal, timedOut });
    });
  });
}

function limited(
  limits: ChildLimits,
  cut: readonly string[],
): { readonly command: string; readonly args: readonly string[] } {
  const node = [process.execPath, `--max-old-space-size=${limits.memoryMegabytes}`, script];
  if (process.platform === 'win32') return { command: process.execPath, args: node.slice(1) };
  const kilobytes = (limits.memoryMegabytes + runtimeMegabytes) * 1024;
  // Ends a child whose parent, and with it the timer, is gone.
  const seconds = Math.ceil(limits.timeoutMilliseconds / 1000) * 4;
  const limit = [
    'ulimit -c 0; ulimit -f 0',
    `ulimit -t ${seconds}`,
    `ulimit -n ${openFiles}`,
    `ulimit -d ${kilobytes} 2>/dev/null`,
    'exec "$@"',
  ];
  return { command: '/bin/sh', args: ['-c', limit.join('; '), 'probe', ...cut, ...node] };
}
