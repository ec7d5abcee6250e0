import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

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

const maximumOutput = 256 * 1024;

const script = fileURLToPath(new URL('../bin/probe-child.mjs', import.meta.url));

/**
 * Runs the probe script in a process of its own with `input` on its standard input: no environment, no core dump, no
 * files, bounded memory, processor and wall time. Always resolves once the process is gone.
 */
export async function runProbeChild(input: readonly Uint8Array[], limits: ChildLimits): Promise<ChildEnd> {
  const { command, args } = limited(limits);
  const child = spawn(command, args, { cwd: tmpdir(), env: {}, stdio: ['pipe', 'pipe', 'ignore'] });
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

function limited(limits: ChildLimits): { readonly command: string; readonly args: readonly string[] } {
  const node = [process.execPath, `--max-old-space-size=${limits.memoryMegabytes}`, script];
  if (process.platform === 'win32') return { command: process.execPath, args: node.slice(1) };
  const kilobytes = (limits.memoryMegabytes + runtimeMegabytes) * 1024;
  const seconds = Math.ceil(limits.timeoutMilliseconds / 1000) * 4;
  const limit = `ulimit -c 0; ulimit -f 0; ulimit -t ${seconds}; ulimit -d ${kilobytes} 2>/dev/null; exec "$@"`;
  return { command: '/bin/sh', args: ['-c', limit, 'probe', ...node] };
}
