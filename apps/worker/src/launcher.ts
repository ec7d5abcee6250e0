import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { environment, LaurelError } from '@laurel/contracts';
import { parseKubernetesSettings } from '@laurel/contracts/schemas';
import { createKubernetesJobLauncher, loadKubeConfig } from '@laurel/kubernetes';
import { createMask, createProcessJobLauncher } from '@laurel/local';
import type { JobLauncher, ObjectStore, RunTokens } from '@laurel/ports';
import type { Logger } from '@laurel/telemetry';
import type { WorkerConfig } from './config.js';

/** The launcher that this worker is told to use. Error: `InvalidInput` for settings that cannot be read. */
export async function openLauncher(
  config: WorkerConfig,
  { objects, runTokens, log }: { readonly objects: ObjectStore; readonly runTokens: RunTokens; readonly log: Logger },
): Promise<JobLauncher> {
  const { launcher, home, python, secretValues, apiUrl } = config;
  if (launcher.kind === 'local') {
    const usual = { folder: join(home, 'jobs'), objectStore: objects, python, log, masked: secretValues };
    if (apiUrl === null) return createProcessJobLauncher(usual);
    return createProcessJobLauncher({
      ...usual,
      tracking: { url: apiUrl, tokenOf: (runId) => runTokens.issue(runId) },
    });
  }
  const { kubeconfig, ...settings } = parseKubernetesSettings(await read(launcher.settingsFile), launcher.settingsFile);
  const mask = createMask(secretValues);
  return createKubernetesJobLauncher({ config: loadKubeConfig(kubeconfig), settings, log, mask });
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const message = `the worker cannot start: ${environment.kubernetesSettings} names ${file}, which cannot be read; check the path.`;
    throw new LaurelError('InvalidInput', message, { cause });
  }
}
