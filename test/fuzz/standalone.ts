import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildEchoGraph, buildSwapGraph } from '../support/bare-graphs.js';

/** A serving process with the graphs `swap` (x: FP32 [-1, 2]) and `echo` (count: INT64, text: BYTES). */
export interface FuzzedServer {
  readonly child: ChildProcess;
  readonly url: string;
  readonly grpcUrl: string;
}

/** Starts `laurel serve`'s process on ports of its own; the graphs are written to `folder`. */
export async function startFuzzedServer(folder: string): Promise<FuzzedServer> {
  const graphs = { swap: buildSwapGraph(), echo: buildEchoGraph() };
  const files = Object.entries(graphs).map(([name, bytes]) => {
    const path = join(folder, `${name}.onnx`);
    writeFileSync(path, bytes);
    return ['--model', `${name}=${path}`];
  });
  const main = resolve('apps/serving/dist/standalone/main.js');
  const args = [main, ...files.flat(), '--port', '0', '--grpc-port', '0', '--log-level', 'silent'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [message] = (await once(child, 'message')) as [{ laurel: string; url: string; grpcUrl: string }];
  if (message.laurel !== 'serving') throw new Error(`serving did not start: ${JSON.stringify(message)}`);
  return { child, url: message.url, grpcUrl: message.grpcUrl.replace('grpc:', 'http:') };
}
