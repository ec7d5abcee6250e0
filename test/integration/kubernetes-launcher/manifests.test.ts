import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { jest } from '@jest/globals';
import {
  KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  loadAllYaml,
  type V1Job,
} from '@kubernetes/client-node';
import { parseKubernetesSettings } from '@laurel/contracts/schemas';
import type { JobSpec } from '@laurel/domain';
import { attemptManifests, fluidManifests, type KubernetesSettings, trainJobManifests } from '@laurel/kubernetes';
import { createTransport, type Transport } from '../../../libs/kubernetes/src/api/transport.js';
import { installCrds } from '../../support/kubernetes/crds.js';
import { clusterIsHere, testCluster } from '../../support/kubernetes/test-cluster.js';
import { jobSpec, kubernetesSettings, specDigest } from '../../unit/kubernetes/builders.js';

jest.setTimeout(120_000);

const namespace = 'laurel-manifests';
const folder = fileURLToPath(new URL('../../../infra/kubernetes/', import.meta.url));
/** Read by people and by Helm, not by the API server. */
const noObjects = ['gpu-operator-values.yaml', 'settings.example.yaml'];

let api: KubernetesObjectApi;
let transport: Transport;
let served: readonly string[] = [];

const here = clusterIsHere() ? describe : describe.skip;

const clusterWide = ['ClusterQueue', 'ClusterRole', 'ClusterRoleBinding', 'PriorityClass', 'ResourceFlavor'];

/** The API server's own check, admission included, with unknown fields refused; nothing is stored. */
async function dryRun(object: object): Promise<object> {
  const { apiVersion = '', kind = '' } = object as KubernetesObject;
  // The SDK's reader of YAML calls it by the name of its own property.
  const body = JSON.parse(JSON.stringify(object).replaceAll('"_from":', '"from":')) as object;
  const group = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  const place = clusterWide.includes(kind) ? '' : `/namespaces/${namespace}`;
  const path = `${group}${place}/${pluralOf(kind)}`;
  const query = { dryRun: 'All', fieldValidation: 'Strict' };
  try {
    return await transport.json<object>({ method: 'POST', path, query, body, signal: AbortSignal.timeout(20_000) });
  } catch (error) {
    const said = (error as { readonly body?: string }).body ?? 'no answer';
    throw new Error(`${kind}: ${said}`, { cause: error });
  }
}

function pluralOf(kind: string): string {
  const name = kind.toLowerCase();
  return name.endsWith('y') ? `${name.slice(0, -1)}ies` : name.endsWith('s') ? `${name}es` : `${name}s`;
}

const gpu = (count: number, kind: string | null = null, shared = false): Partial<JobSpec> => ({
  resources: { ...jobSpec().resources, gpu: { count, kind, shared } },
});

/** Every option of a project's resources and of a cluster's settings. */
const options: Readonly<Record<string, readonly [Partial<JobSpec>, Partial<KubernetesSettings>]>> = {
  'nothing beyond the least': [{}, {}],
  'whole GPUs': [gpu(2), {}],
  'GPUs of a kind': [gpu(1, 'NVIDIA-A100-SXM4-80GB'), {}],
  'GPUs of a kind, by the label of GKE': [gpu(1, 'nvidia-l4'), { gpuKindLabel: 'cloud.google.com/gke-accelerator' }],
  'a slice of a GPU': [gpu(1, null, true), {}],
  'shared memory': [{ resources: { ...jobSpec().resources, sharedMemoryBytes: 2 ** 31 } }, {}],
  'half a core': [{ resources: { ...jobSpec().resources, cpus: 0.5, memoryBytes: 300_000_001 } }, {}],
  'several workers': [{ workers: 4, ...gpu(1) }, {}],
  'spot on GKE': [{ placement: 'spot' }, { spot: 'gke' }],
  'spot on EKS': [{ placement: 'spot' }, { spot: 'eks' }],
  'spot on AKS': [{ placement: 'spot' }, { spot: 'aks' }],
  'spot by Karpenter': [{ placement: 'spot' }, { spot: 'karpenter' }],
  'on-demand beside spot on GKE': [{}, { spot: 'gke' }],
  'on-demand beside spot on EKS': [{}, { spot: 'eks' }],
  'on-demand beside spot on AKS': [{}, { spot: 'aks' }],
  'on-demand beside spot by Karpenter': [{}, { spot: 'karpenter' }],
  'an image of its own': [
    { image: 'registry.example.com/churn@sha256:' + 'a'.repeat(64) },
    { imagePullSecrets: ['registry'] },
  ],
  'a service account': [{}, { serviceAccount: 'default' }],
  "the image's own user": [{}, { runAsUser: null }],
  'node selector and tolerations': [
    {},
    {
      nodeSelector: { pool: 'training' },
      tolerations: [
        { key: 'team', operator: 'Equal', value: 'ml', effect: 'NoSchedule' },
        { key: 'slow', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 60 },
      ],
    },
  ],
  'a data set cache': [{}, { datasetClaim: 'datasets' }],
  'a secret for the object store': [{}, { objectStore: { url: 's3://laurel/objects', secret: 'store', claim: null } }],
  'an object store on a claim': [{}, { objectStore: { url: 'file:///srv/objects', secret: null, claim: 'objects' } }],
  'projects on a claim': [{}, { projects: { claim: 'projects', mountPath: '/projects' } }],
  'a queue of Kueue': [{}, { queue: { name: 'training', priorityClass: 'research' } }],
  'a name that is too long': [
    { name: `${'long-project-'.repeat(5)}-${'a'.repeat(32)}`, attempt: 1_234, workers: 100 },
    {},
  ],
  everything: [
    { workers: 2, placement: 'spot', ...gpu(8, 'NVIDIA-H100') },
    {
      spot: 'karpenter',
      queue: { name: 'training', priorityClass: null },
      datasetClaim: 'datasets',
      projects: { claim: 'projects', mountPath: '/projects' },
      objectStore: { url: 'file:///srv/objects', secret: 'store', claim: 'objects' },
    },
  ],
};

here('an API server accepts', () => {
  beforeAll(async () => {
    const cluster = await testCluster();
    const config = new KubeConfig();
    config.loadFromFile(cluster.kubeconfig);
    api = KubernetesObjectApi.makeApiClient(config);
    transport = createTransport(config);
    served = await installCrds(cluster);
    const metadata = { name: namespace, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } };
    await api.create({ apiVersion: 'v1', kind: 'Namespace', metadata }).catch(() => undefined);
    await priorityClass('low');
  }, 120_000);

  test.each(Object.entries(options))('a Job with %s, and its pod', async (_, [spec, settings]) => {
    const { job, service } = attemptManifests(
      jobSpec(spec),
      kubernetesSettings({ namespace, ...settings }),
      specDigest,
    );
    const accepted = (await dryRun(job)) as V1Job;
    expect(accepted.spec?.completionMode).toBe('Indexed');
    if (service !== null) await dryRun(service);
    await dryRun(podOf(job));
  });

  test('a Job with a priority class', async () => {
    const settings = kubernetesSettings({
      namespace,
      priorityClass: { spot: 'laurel-test-low', onDemand: 'laurel-test-low' },
    });
    await dryRun(podOf(attemptManifests(jobSpec(), settings, specDigest).job));
  });

  test('nothing that is misspelt: the check can fail', async () => {
    const { job } = attemptManifests(jobSpec(), kubernetesSettings({ namespace }), specDigest);
    const { apiVersion, kind, metadata, spec } = job;
    const misspelt = { apiVersion, kind, metadata, spec: Object.assign({ backofLimit: 1 }, spec) };
    await expect(dryRun(misspelt)).rejects.toThrow(/unknown field .*backofLimit/);
  });

  const withCrd = (name: string, says: string, run: () => Promise<void>) =>
    test(says, async () => {
      if (served.includes(name)) await run();
      else process.stderr.write(`not checked: ${says} (no definition of ${name}; set LAUREL_TEST_CRDS)\n`);
    });

  withCrd('trainjobs.trainer.kubeflow.org', 'a TrainJob of Kubeflow and its runtime, for every option', async () => {
    for (const [spec, settings] of Object.values(options)) {
      const { runtime, trainJob } = trainJobManifests(
        jobSpec(spec),
        kubernetesSettings({ namespace, ...settings }),
        specDigest,
      );
      await dryRun(runtime);
      await dryRun(trainJob);
    }
  });

  withCrd('jobsets.jobset.x-k8s.io', 'the JobSet that a TrainJob becomes', async () => {
    const { runtime } = trainJobManifests(jobSpec({ workers: 2 }), kubernetesSettings({ namespace }), specDigest);
    const { name, labels } = runtime.metadata;
    const { spec } = runtime.spec.template;
    await dryRun({
      apiVersion: 'jobset.x-k8s.io/v1alpha2',
      kind: 'JobSet',
      metadata: { name, namespace, labels },
      spec,
    });
  });

  withCrd('datasets.data.fluid.io', "Fluid's Dataset and both of its runtimes", async () => {
    const stores = [
      { url: 's3://laurel/objects?endpoint=http://s3:9000&region=eu', secret: 'store', claim: null },
      { url: 'file:///srv/objects', secret: null, claim: 'objects' },
    ];
    for (const runtime of ['alluxio', 'jindo'] as const) {
      for (const objectStore of stores) {
        const settings = kubernetesSettings({ namespace, objectStore });
        const cache = { name: 'datasets', runtime, replicas: 2, bytes: 2 ** 33 };
        for (const manifest of fluidManifests(cache, settings)) await dryRun(manifest);
      }
    }
  });

  test.each(objectFiles())('what infra/kubernetes/%s has', async (file) => {
    const text = (await readFile(`${folder}${file}`, 'utf8')).replaceAll(
      /\b(laurel-serving|laurel-training|gpu-operator)$/gm,
      namespace,
    );
    for (const object of loadAllYaml(text) as KubernetesObject[]) {
      if (isServed(object)) await dryRun(object);
      else process.stderr.write(`not checked: ${object.kind} of ${file} (no definition of it; set LAUREL_TEST_CRDS)\n`);
    }
  });

  test('the example of the settings, as far as the worker is concerned', async () => {
    const text = await readFile(`${folder}settings.example.yaml`, 'utf8');
    const { kubeconfig: _, ...settings } = parseKubernetesSettings(text, 'settings.example.yaml');
    await dryRun(attemptManifests(jobSpec({ placement: 'spot' }), { ...settings, namespace }, specDigest).job);
  });
});

function objectFiles(): readonly string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.yaml') && !noObjects.includes(name));
}

/** Kinds of Kubernetes itself are always served, others where their definition was at hand. */
function isServed({ apiVersion = '', kind = '' }: KubernetesObject): boolean {
  const [group = ''] = apiVersion.split('/');
  const isForeign = /^(kueue|jobset)\.|\.(fluid\.io|kubeflow\.org)$/.test(group);
  return !isForeign || served.includes(`${pluralOf(kind)}.${group}`);
}

/** The pod that the Job controller would make: Pod Security and the scheduler's fields are checked on pods only. */
function podOf({ spec }: V1Job): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'one', namespace, labels: spec?.template.metadata?.labels },
    spec: spec?.template.spec,
  };
}

async function priorityClass(name: string): Promise<void> {
  const body = {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: `laurel-test-${name}` },
    value: -10,
  };
  await api.create(body as KubernetesObject).catch(() => undefined);
}
