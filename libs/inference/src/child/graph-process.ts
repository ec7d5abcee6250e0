import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { LaurelError } from '@laurel/contracts';
import { frameKinds, prefixBytes, writePrefix } from '../../bin/tensor-frames.mjs';
import { networkCut } from '../probe-network.js';
import { type Frame, FrameReader } from './frame-reader.js';
import { startLow } from './low-priority.js';
import { parentTie } from './parent-tie.js';

/** What a process is made for. */
export interface GraphProcessOptions {
  readonly model: Uint8Array;
  readonly threads: number;
  /** Outputs that are wanted, by name; `null` for all. */
  readonly outputs: readonly string[] | null;
  /** May it take the processor from others? */
  readonly priority: 'normal' | 'low';
}

export interface GraphProcessEvents {
  readonly answered: (frame: Frame) => void;
  /** Told once, after the last answer. `how` completes "it died (…)". */
  readonly died: (how: string) => void;
}

/** A process that runs one graph. */
export interface GraphProcess {
  readonly pid: number;
  /** Sends a frame; frames are answered in their order. */
  send(frame: Uint8Array): void;
  /** Does this process of ours stay for its sake? */
  hold(wanted: boolean): void;
  /** Lets it finish what was sent. */
  end(): void;
  kill(): void;
}

const script = fileURLToPath(new URL('../../bin/session-child.mjs', import.meta.url));

/** Node 24 and onnxruntime map about 600 MB of writable memory before a model is loaded; `ulimit -d` counts it. */
const runtimeMegabytes = 1024;
/** For values between the operators, and the optimizer's copies of the weights. */
const workMegabytes = 2048;
const copiesOfModel = 4;
const heapMegabytes = 512;
/** Node and onnxruntime open about 30. */
const openFiles = 64;

/**
 * Starts a process with no environment, no network where the system can take it away, no files to write, bounded memory.
 * It ends when the pipe ends, so it never outlives this one. Errors: `DependencyUnavailable` when the system starts none.
 */
export async function startGraphProcess(
  options: GraphProcessOptions,
  events: GraphProcessEvents,
): Promise<GraphProcess> {
  const { command, args } = limited(options.model.byteLength, [...(await networkCut()), ...(await parentTie())]);
  const child = spawn(command, args, { cwd: '/', env: {}, stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const { pid } = child;
  if (pid === undefined) throw await refusal(child);
  const pipe = child.stdio[3] as Socket;
  const reader = new FrameReader((frame) => events.answered(frame));
  pipe.on('data', (piece: Buffer) => {
    try {
      reader.push(piece);
    } catch {
      // What it says makes no sense: a graph may have broken the memory of its process.
      child.kill('SIGKILL');
    }
  });
  // A child that dies closes the pipe; how it died is told by its exit.
  pipe.on('error', () => undefined);
  // What cannot be told to a process is told by its exit, too.
  child.on('error', () => undefined);
  child.once('close', (code, signal) => events.died(signal ?? `exit code ${code}`));
  if (options.priority === 'low') startLow(pid);
  pipe.write(openingOf(options));
  pipe.write(options.model);
  return {
    pid,
    send: (frame) => void pipe.write(frame),
    hold: (wanted) => {
      for (const handle of [child, pipe])
        if (wanted) handle.ref();
        else handle.unref();
    },
    end: () => void pipe.end(),
    kill: () => void child.kill('SIGKILL'),
  };
}

async function refusal(child: ChildProcess): Promise<LaurelError> {
  const [error] = (await once(child, 'error')) as [Error];
  return new LaurelError('DependencyUnavailable', `The system starts no process for a model: ${error.message}.`);
}

function openingOf({ model, threads, outputs }: GraphProcessOptions): Uint8Array {
  const line = Buffer.from(`${JSON.stringify({ threads, outputs })}\n`);
  const frame = Buffer.alloc(prefixBytes + line.byteLength);
  writePrefix(frame, { kind: frameKinds.open, bytes: line.byteLength + model.byteLength });
  frame.set(line, prefixBytes);
  return frame;
}

function limited(
  modelBytes: number,
  wrap: readonly string[],
): { readonly command: string; readonly args: readonly string[] } {
  const node = [process.execPath, `--max-old-space-size=${heapMegabytes}`, script];
  if (process.platform === 'win32') return { command: process.execPath, args: node.slice(1) };
  const kilobytes = (runtimeMegabytes + workMegabytes) * 1024 + Math.ceil(modelBytes / 1024) * copiesOfModel;
  const limit = `ulimit -c 0; ulimit -f 0; ulimit -n ${openFiles}; ulimit -d ${kilobytes} 2>/dev/null; exec "$@"`;
  return { command: '/bin/sh', args: ['-c', limit, 'laurel-model', ...wrap, ...node] };
}
