import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LaurelError } from '@laurel/contracts';
import { type Cluster, startCluster } from '../kubernetes/cluster.js';
import { endProcess } from '../processes/identity.js';
import { readJson, writeJson } from '../processes/json-file.js';
import { leftoversOf } from '../supervisor/leftovers.js';

/** What the one that starts the control plane tells the others. */
type Word =
  | { readonly kind: 'up'; readonly kubeconfig: string; readonly server: string }
  | { readonly kind: 'failed'; readonly message: string };

const patienceMilliseconds = 180_000;
const lookMilliseconds = 100;

/**
 * The one control plane of a test run: the first process that asks starts it in `folder`, the others wait. It outlives the
 * one that started it, until `stopSharedCluster`. Error: `DependencyUnavailable`.
 */
export async function sharedCluster(folder: string): Promise<Pick<Cluster, 'kubeconfig' | 'server'>> {
  mkdirSync(folder, { recursive: true });
  const word = join(folder, 'word.json');
  if (isFirst(join(folder, 'starting'))) await start(folder, word);
  const until = performance.now() + patienceMilliseconds;
  for (;;) {
    const said = readJson(word) as Word | undefined;
    if (said?.kind === 'up') return said;
    if (said?.kind === 'failed') throw new LaurelError('DependencyUnavailable', said.message);
    if (performance.now() > until) {
      const message = `The control plane in ${folder} was not up after ${patienceMilliseconds / 1_000} s; see its logs there.`;
      throw new LaurelError('DependencyUnavailable', message);
    }
    await delay(lookMilliseconds);
  }
}

/** Ends the control plane of `folder`, whoever started it; nothing happens where there is none. */
export async function stopSharedCluster(folder: string): Promise<void> {
  const ending = leftoversOf(folder).map((child) => endProcess(child, { signal: 'SIGKILL', graceMilliseconds: 2_000 }));
  await Promise.all(ending);
}

async function start(folder: string, word: string): Promise<void> {
  try {
    const { kubeconfig, server } = await startCluster({ folder, mayOutlive: true });
    writeJson(word, { kind: 'up', kubeconfig, server } satisfies Word, 0o600);
  } catch (error) {
    writeJson(word, { kind: 'failed', message: error instanceof Error ? error.message : String(error) } satisfies Word);
  }
}

function isFirst(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
