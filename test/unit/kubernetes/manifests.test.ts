import { readFile } from 'node:fs/promises';
import { loadAllYaml } from '@kubernetes/client-node';
import { parseKubernetesSettings } from '@laurel/contracts/schemas';
import type { JobResources } from '@laurel/domain';
import { attemptManifests, fluidManifests, trainJobManifests } from '@laurel/kubernetes';
import { attemptName, jobKey } from '../../../libs/kubernetes/src/names.js';
import { jobSpec, kubernetesSettings, specDigest } from './builders.js';

const infra = new URL('../../../infra/kubernetes/', import.meta.url);

const rendered = (
  ...[spec = {}, settings = {}]: [Parameters<typeof jobSpec>[0]?, Parameters<typeof kubernetesSettings>[0]?]
) => {
  const manifests = attemptManifests(jobSpec(spec), kubernetesSettings(settings), specDigest);
  const pod = manifests.job.spec?.template.spec;
  const trainer = pod?.containers[0];
  const fetch = pod?.initContainers?.[0];
  if (pod === undefined || trainer === undefined || fetch === undefined) throw new Error('the Job has no containers');
  const environment = Object.fromEntries((trainer.env ?? []).map(({ name, value }) => [name, value]));
  return { ...manifests, pod, trainer, fetch, environment };
};

const resources = (change: Partial<JobResources>): { resources: JobResources } => ({
  resources: { ...jobSpec().resources, ...change },
});

describe('a Job', () => {
  test('is named after its attempt and says whose it is', () => {
    const { job } = rendered();
    expect(job.metadata).toMatchObject({
      name: `churn-${'a'.repeat(32)}-2`,
      namespace: 'training',
      labels: { 'laurel.dev/run': 'a'.repeat(32), 'laurel.dev/attempt': '2', 'laurel.dev/project': 'churn' },
      annotations: { 'laurel.dev/name': `churn-${'a'.repeat(32)}`, 'laurel.dev/spec-digest': specDigest },
    });
    expect(job.spec?.template.metadata?.labels).toMatchObject({ 'laurel.dev/attempt': '2' });
  });

  test('never lets a preemption count, ends at "do not retry", and leaves counting to Laurel', () => {
    const { job } = rendered();
    expect(job.spec?.backoffLimit).toBe(0);
    expect(job.spec?.podReplacementPolicy).toBe('Failed');
    expect(job.spec?.podFailurePolicy?.rules).toEqual([
      { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
      { action: 'FailJob', onExitCodes: { containerName: 'trainer', operator: 'In', values: [64, 65, 78] } },
      { action: 'Count', onExitCodes: { containerName: 'trainer', operator: 'NotIn', values: [0] } },
    ]);
  });

  test('ends by itself at last, and is kept for a while', () => {
    const { job, pod } = rendered({}, { keepSeconds: 600, graceSeconds: 12 });
    expect(job.spec?.activeDeadlineSeconds).toBe(7_200 + 1_800);
    expect(job.spec?.ttlSecondsAfterFinished).toBe(600);
    expect(pod.terminationGracePeriodSeconds).toBe(12);
  });

  test('has one pod for each worker, and a Service that names them when they must find each other', () => {
    expect(rendered().service).toBeNull();
    const { job, service, pod, trainer } = rendered({ workers: 3 });
    const name = attemptName(jobSpec().name, 2);
    expect(job.spec).toMatchObject({ completionMode: 'Indexed', completions: 3, parallelism: 3 });
    expect(service?.metadata?.name).toBe(name);
    expect(service?.spec).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
    expect(service?.spec?.selector).toEqual({ 'batch.kubernetes.io/job-name': name });
    expect(pod.subdomain).toBe(name);
    expect(trainer.command?.join(' ')).toBe(
      `python -m laurel_trainer.pod run -- python -m laurel_trainer.launch --nnodes 3 --node-rank $(JOB_COMPLETION_INDEX) --rdzv ${name}-0.${name}:29400 -n 1 -- python train.py`,
    );
  });

  test('starts suspended in a queue of Kueue', () => {
    expect(rendered().job.spec).not.toHaveProperty('suspend');
    const { job } = rendered({}, { queue: { name: 'gpus', priorityClass: 'research' } });
    expect(job.spec?.suspend).toBe(true);
    expect(job.metadata?.labels).toMatchObject({
      'kueue.x-k8s.io/queue-name': 'gpus',
      'kueue.x-k8s.io/priority-class': 'research',
    });
  });
});

describe('the trainer', () => {
  test('gets the protocol, and its parameters literally', () => {
    const { environment, trainer } = rendered();
    expect(environment).toMatchObject({
      LAUREL_PROTOCOL: '1',
      LAUREL_DATA_DIR: '/laurel/data',
      LAUREL_OUTPUT_DIR: '/laurel/output',
      LAUREL_CHECKPOINT_DIR: `/laurel/checkpoints/churn-${'a'.repeat(32)}`,
      LAUREL_CHECKPOINT_EVERY: '50',
      LAUREL_FENCE: '4',
      LAUREL_SEED: '7',
      LAUREL_OBJECT_STORE: 's3://laurel/objects',
      OMP_NUM_THREADS: '1',
    });
    const expanded = environment['LAUREL_PARAMS']?.replaceAll('$$', '$');
    expect(JSON.parse(expanded ?? '')).toEqual(jobSpec().parameters);
    expect(environment['LAUREL_PARAMS']).not.toMatch(/(^|[^$])(\$\$)*\$\(/);
    expect(trainer.command).toEqual(['python', '-m', 'laurel_trainer.pod', 'run', '--', 'python', 'train.py']);
  });

  test('runs in the image of its project, else in that of the cluster', () => {
    expect(rendered().trainer.image).toBe('laurel-trainer:1');
    expect(rendered({ image: 'churn:7' }).trainer.image).toBe('churn:7');
    expect(rendered({ image: 'churn:7' }).fetch.image).toBe('churn:7');
  });

  test('runs where the image says, or in the folder of its project where that is mounted', () => {
    expect(rendered().trainer).not.toHaveProperty('workingDir');
    const { trainer, pod } = rendered({}, { projects: { claim: 'projects', mountPath: '/projects' } });
    expect(trainer.workingDir).toBe('/projects/churn');
    expect(trainer.volumeMounts).toContainEqual({ name: 'projects', mountPath: '/projects', readOnly: true });
    expect(pod.volumes).toContainEqual({ name: 'projects', persistentVolumeClaim: { claimName: 'projects' } });
  });

  test('requests what it is limited to', () => {
    const { trainer } = rendered();
    expect(trainer.resources?.limits).toEqual({ cpu: '1500m', memory: '2Gi' });
    expect(trainer.resources?.requests).toEqual(trainer.resources?.limits);
  });

  test('gets whole GPUs of a kind, and bears the taint of their nodes', () => {
    const { trainer, fetch, pod } = rendered(resources({ gpu: { count: 2, kind: 'NVIDIA-A100', shared: false } }));
    expect(trainer.resources?.limits).toMatchObject({ 'nvidia.com/gpu': '2' });
    expect(fetch.resources?.limits).not.toHaveProperty(['nvidia.com/gpu']);
    expect(pod.nodeSelector).toEqual({ 'nvidia.com/gpu.product': 'NVIDIA-A100' });
    expect(pod.tolerations).toContainEqual({ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' });
  });

  test('gets a slice of a GPU, and only one: two may be of the same GPU', () => {
    const { trainer } = rendered(resources({ gpu: { count: 1, kind: null, shared: true } }));
    expect(trainer.resources?.limits).toMatchObject({ 'nvidia.com/gpu.shared': '1' });
    expect(() => rendered(resources({ gpu: { count: 2, kind: null, shared: true } }))).toThrow(/2 shared GPUs/);
  });

  test('has shared memory of the size that it asked for', () => {
    expect(rendered().pod.volumes?.map(({ name }) => name)).not.toContain('shm');
    const { pod, trainer } = rendered(resources({ sharedMemoryBytes: 3 * 2 ** 29 }));
    expect(pod.volumes).toContainEqual({ name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '1536Mi' } });
    expect(trainer.volumeMounts).toContainEqual({ name: 'shm', mountPath: '/dev/shm' });
  });

  test('reads its data and cannot change it; the init step fetches it through the cache', () => {
    const { trainer, fetch } = rendered({}, { datasetClaim: 'datasets' });
    const { data } = jobSpec();
    expect(trainer.volumeMounts).toContainEqual({ name: 'data', mountPath: '/laurel/data', readOnly: true });
    expect(trainer.volumeMounts?.map(({ name }) => name)).not.toContain('datasets');
    expect(fetch.volumeMounts).toContainEqual({ name: 'datasets', mountPath: '/laurel/datasets' });
    expect(fetch.env).toContainEqual({ name: 'LAUREL_DATASET_CACHE', value: '/laurel/datasets' });
    expect(fetch.command).toContain(`train.parquet=${data?.train}`);
    expect(rendered().fetch.env?.map(({ name }) => name)).not.toContain('LAUREL_DATASET_CACHE');
  });

  test('of a program without data has no init step, asks for no model and expands nothing in its variables', () => {
    const spec = jobSpec({ data: null, variables: { PRICE: '$(HOME)' } });
    const pod = attemptManifests(spec, kubernetesSettings(), specDigest).job.spec?.template.spec;
    expect(pod?.initContainers).toBeUndefined();
    expect(pod?.containers[0]?.env).toContainEqual({ name: 'LAUREL_RESULT', value: 'any' });
    expect(pod?.containers[0]?.env).toContainEqual({ name: 'PRICE', value: '$$(HOME)' });
    expect(rendered().environment).not.toHaveProperty('LAUREL_RESULT');
  });

  test('has its checkpoints on a claim that outlives it', () => {
    const { pod, trainer } = rendered({}, { checkpointClaim: 'room' });
    expect(pod.volumes).toContainEqual({ name: 'checkpoints', persistentVolumeClaim: { claimName: 'room' } });
    expect(trainer.volumeMounts).toContainEqual({ name: 'checkpoints', mountPath: '/laurel/checkpoints' });
  });

  test('has what passes the restricted Pod Security Standard, and no key to the API', () => {
    const { pod, trainer, fetch } = rendered();
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 10_001,
        fsGroup: 10_001,
        seccompProfile: { type: 'RuntimeDefault' },
      },
    });
    for (const container of [trainer, fetch]) {
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        privileged: false,
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  test('has the credentials of the object store from a secret, never from its manifest', () => {
    const { trainer, fetch } = rendered({}, { objectStore: { url: 's3://b/p', secret: 'store', claim: null } });
    for (const container of [trainer, fetch]) expect(container.envFrom).toEqual([{ secretRef: { name: 'store' } }]);
  });

  test('reaches an object store in a folder by a claim', () => {
    const objectStore = { url: 'file:///srv/objects', secret: null, claim: 'objects' };
    const { pod, trainer, fetch } = rendered({}, { objectStore });
    expect(pod.volumes).toContainEqual({ name: 'objects', persistentVolumeClaim: { claimName: 'objects' } });
    for (const container of [trainer, fetch]) {
      expect(container.volumeMounts).toContainEqual({ name: 'objects', mountPath: '/srv/objects' });
    }
    expect(() => rendered({}, { objectStore: { ...objectStore, url: 's3://b/p' } })).toThrow(/leave the claim out/);
  });
});

describe('capacity', () => {
  const spot = [
    ['gke', 'cloud.google.com/gke-spot', 'true'],
    ['eks', 'eks.amazonaws.com/capacityType', 'SPOT'],
    ['aks', 'kubernetes.azure.com/scalesetpriority', 'spot'],
    ['karpenter', 'karpenter.sh/capacity-type', 'spot'],
  ] as const;

  test.each(spot)('that can be taken away is asked for by the label of %s', (provider, label, value) => {
    const { pod } = rendered({ placement: 'spot' }, { spot: provider });
    expect(pod.nodeSelector).toEqual({ [label]: value });
    expect(pod).not.toHaveProperty('affinity');
  });

  test.each(spot)('that stays keeps away from the label of %s', (provider, label) => {
    const { pod } = rendered({ placement: 'onDemand' }, { spot: provider });
    expect(pod.nodeSelector).toEqual({});
    const terms = pod.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
    expect(terms?.[0]?.matchExpressions?.[0]?.key).toBe(label);
    expect(terms?.[0]?.matchExpressions?.[0]?.operator).toMatch(/DoesNotExist|NotIn/);
    expect(pod.tolerations).toEqual([]);
  });

  test('has the taints and labels of the cluster, and a priority of its own', () => {
    const { pod } = rendered(
      { placement: 'spot' },
      {
        nodeSelector: { pool: 'training' },
        tolerations: [{ key: 'team', operator: 'Equal', value: 'ml', effect: 'NoSchedule' }],
        priorityClass: { spot: 'low', onDemand: 'high' },
        serviceAccount: 'trainer',
        imagePullSecrets: ['registry'],
      },
    );
    expect(pod).toMatchObject({
      nodeSelector: { pool: 'training' },
      priorityClassName: 'low',
      serviceAccountName: 'trainer',
      imagePullSecrets: [{ name: 'registry' }],
    });
    expect(pod.tolerations).toContainEqual({ key: 'team', operator: 'Equal', value: 'ml', effect: 'NoSchedule' });
  });
});

describe('names', () => {
  test('that are too long, or no DNS labels, keep their beginning and stay apart', () => {
    const long = jobKey(`${'very-long-project-name'.repeat(3)}-${'a'.repeat(32)}`);
    const other = jobKey(`${'very-long-project-name'.repeat(3)}-${'b'.repeat(32)}`);
    expect(long).toMatch(/^very-long-project-name[-a-z0-9]*$/);
    expect(long).not.toBe(other);
    for (const name of [long, jobKey('Ümläut/Run 7'), jobKey('7up'), jobKey('---')]) {
      expect(name).toMatch(/^[a-z]([-a-z0-9]{0,46}[a-z0-9])?$/);
    }
    expect(attemptName('churn', 3)).toBe('churn-3');
  });
});

describe('other controllers', () => {
  test('Kubeflow Trainer gets the same pod, and tells the ranks apart in its own way', () => {
    const { runtime, trainJob } = trainJobManifests(jobSpec({ workers: 2 }), kubernetesSettings(), specDigest);
    expect(trainJob.spec.runtimeRef.name).toBe(runtime.metadata.name);
    expect(trainJob.spec.trainer).toMatchObject({ numNodes: 2, numProcPerNode: 1, image: 'laurel-trainer:1' });
    const command = trainJob.spec.trainer.command.join(' ');
    expect(command).toContain('--node-rank $(PET_NODE_RANK) --rdzv $(PET_MASTER_ADDR):$(PET_MASTER_PORT)');
    const [replicated] = runtime.spec.template.spec.replicatedJobs;
    expect(replicated?.template.metadata.labels).toEqual({ 'trainer.kubeflow.org/trainjob-ancestor-step': 'trainer' });
    expect(replicated?.template.spec.template.spec?.containers[0]?.name).toBe('node');
    expect(replicated?.template.spec.template.spec).not.toHaveProperty('subdomain');
  });

  test('Fluid caches the object store under the name of the claim', () => {
    const objectStore = { url: 's3://laurel/objects?endpoint=http://s3:9000&region=eu', secret: 'store', claim: null };
    const [dataset, runtime] = fluidManifests(
      { name: 'datasets', runtime: 'alluxio', replicas: 2, bytes: 2 ** 33 },
      kubernetesSettings({ objectStore }),
    );
    expect(dataset).toMatchObject({
      kind: 'Dataset',
      metadata: { name: 'datasets', namespace: 'training' },
      spec: {
        mounts: [
          {
            mountPoint: 's3://laurel/objects',
            path: '/',
            readOnly: true,
            options: { 'alluxio.underfs.s3.endpoint': 'http://s3:9000', 'alluxio.underfs.s3.region': 'eu' },
          },
        ],
      },
    });
    expect(runtime).toMatchObject({ kind: 'AlluxioRuntime', metadata: { name: 'datasets' }, spec: { replicas: 2 } });
  });

  test('the file for Fluid that is shipped says what would be rendered for the example of the settings', async () => {
    const shipped = loadAllYaml(await readFile(new URL('fluid-dataset.yaml', infra), 'utf8')) as unknown;
    const settings = parseKubernetesSettings(await readFile(new URL('settings.example.yaml', infra), 'utf8'), 'k.yaml');
    const cache = { name: 'laurel-objects', runtime: 'alluxio', replicas: 2, bytes: 2 ** 33 } as const;
    expect(shipped).toEqual(fluidManifests(cache, settings));
  });
});
