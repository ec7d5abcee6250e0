import { join } from 'node:path';
import { freePortNumbers } from '@laurel/dev';
import { startServerProcess } from '../../support/server-process.js';
import type { Candidate, Ground, RunningCandidate } from './candidate.js';
import { cores } from './cores.js';
import { accepts } from './listening.js';
import { programFolder } from './places.js';

async function startProgram(name: string, { fixtures, folder, pinning }: Ground): Promise<RunningCandidate> {
  const [port = 0] = await freePortNumbers(1);
  const http = { host: '127.0.0.1', port };
  const program = [process.execPath, join(programFolder, `${name}.js`), String(port), fixtures.folder];
  const server = await startServerProcess({
    name,
    command: [...pinning(cores.server), ...program],
    log: join(folder, `${name}.log`),
    ready: () => accepts(http),
  });
  return { ...server, http, grpc: null, versions: {} };
}

/** An HTTP server that does nothing: what is left of the rate is the price of everything else. */
export const empty: Candidate = {
  name: 'empty',
  kind: 'ceiling',
  title: 'node:http, reads the body, answers a constant',
  takes: ({ encoding }) => encoding !== 'grpc',
  start: (ground) => startProgram('empty', ground),
};

/** The server that one writes who needs no Laurel. */
export const bare: Candidate = {
  name: 'bare',
  kind: 'node',
  title: 'node:http + JSON + onnxruntime-node',
  takes: ({ encoding }) => encoding === 'json',
  start: (ground) => startProgram('bare', ground),
};
