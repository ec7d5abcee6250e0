import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiextensionsV1Api, KubeConfig, loadAllYaml, type V1CustomResourceDefinition } from '@kubernetes/client-node';
import { findToolchain } from '@laurel/dev';
import { eventually } from '../eventually.js';
import { statusOf } from './node-agent/objects.js';

/** The largest definition (KServe's InferenceService) takes the API server half a minute on a busy machine. */
const patienceMilliseconds = 120_000;

/**
 * Installs the custom resource definitions that set-up took from Go modules and those of the folder `LAUREL_TEST_CRDS`, all
 * or only those of some `groups` (`kueue.x-k8s.io`), and waits until the API server serves them. Returns their names,
 * `jobsets.jobset.x-k8s.io`; what is not at hand is not in it.
 */
export async function installCrds(
  cluster: { readonly kubeconfig: string },
  { groups }: { readonly groups?: readonly string[] } = {},
): Promise<readonly string[]> {
  const config = new KubeConfig();
  config.loadFromFile(cluster.kubeconfig);
  const api = config.makeApiClient(ApiextensionsV1Api);
  const definitions = crdFolders()
    .flatMap(definitionsIn)
    .filter(({ spec }) => groups === undefined || groups.includes(spec.group));
  await Promise.all(definitions.map((body) => create(api, body)));
  const names = definitions.map(({ metadata }) => metadata?.name ?? '');
  await Promise.all(
    names.map((name) => eventually(() => isServed(api, name), `${name} is served`, patienceMilliseconds)),
  );
  return names;
}

/** Groups whose definitions are at hand. */
export function definedGroups(): ReadonlySet<string> {
  return new Set(
    crdFolders()
      .flatMap(definitionsIn)
      .map(({ spec }) => spec.group),
  );
}

function crdFolders(): readonly string[] {
  const { kubernetes } = findToolchain();
  const given = process.env['LAUREL_TEST_CRDS'];
  return [...(kubernetes === null ? [] : [join(kubernetes, 'crds')]), ...(given === undefined ? [] : [given])];
}

function definitionsIn(folder: string): readonly V1CustomResourceDefinition[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  const objects = files.flatMap((name) => loadAllYaml(readFileSync(join(folder, name), 'utf8')) as unknown[]);
  return objects.filter(
    (object): object is V1CustomResourceDefinition =>
      (object as { readonly kind?: unknown } | null)?.kind === 'CustomResourceDefinition',
  );
}

/** Another test file may have installed it already. */
async function create(api: ApiextensionsV1Api, body: V1CustomResourceDefinition): Promise<void> {
  try {
    await api.createCustomResourceDefinition({ body });
  } catch (error) {
    if (statusOf(error) !== 409) throw error;
  }
}

async function isServed(api: ApiextensionsV1Api, name: string): Promise<boolean> {
  const { status } = await api.readCustomResourceDefinition({ name });
  return status?.conditions?.some((one) => one.type === 'Established' && one.status === 'True') ?? false;
}
