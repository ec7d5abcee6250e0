import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type LaurelClient } from '@laurel/client';
import type { StandaloneFacts, StandaloneModel } from '@laurel/contracts';
import { loadGraph } from '@laurel/inference';
import { parseStandaloneConfig, startStandalone } from '@laurel/serving';
import { createLogger } from '@laurel/telemetry';
import { oneOff } from './serving-world.js';

/** Model files in a folder of their own, served without the rest of Laurel. */
export interface StandaloneWorld extends StandaloneFacts {
  /** Closes each connection, because a kept one would be waited for at the end. */
  readonly client: LaurelClient;
  readonly folder: string;
  /** What was loaded again, and what could not be. */
  readonly reloaded: readonly (StandaloneModel | string)[];
  /** Replaces a model file. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

const fetchOnce: typeof fetch = (url, init) => {
  const headers = { ...(init?.headers as Record<string, string>), ...oneOff.headers };
  return fetch(url, { ...init, headers });
};

/** Serves `NAME.onnx` of each model; nothing is probed, because tests make their models themselves. */
export async function startStandaloneWorld(
  models: { readonly [name: string]: Uint8Array },
  args: readonly string[] = [],
): Promise<StandaloneWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'laurel-standalone-'));
  const path = (name: string) => join(folder, `${name}.onnx`);
  for (const [name, bytes] of Object.entries(models)) await writeFile(path(name), bytes);
  const files = Object.keys(models).map((name) => `--model=${path(name)}`);
  const reloaded: (StandaloneModel | string)[] = [];
  const standalone = await startStandalone(parseStandaloneConfig([...files, '--port=0', '--grpc-port=0', ...args]), {
    loader: { probe: async () => undefined, load: (bytes) => loadGraph(bytes, { signature: null }) },
    log: createLogger({ process: 'serving', level: 'silent' }),
    onReload: (model) => reloaded.push(model),
    onReloadFailed: (_, message) => reloaded.push(message),
  });
  return {
    ...standalone.facts,
    client: createClient({ url: standalone.facts.url, fetch: fetchOnce }),
    folder,
    reloaded,
    write: (name, bytes) => writeFile(path(name), bytes),
    close: async () => {
      await standalone.drain();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
