import type { V1Job, V1PodSpec } from '@kubernetes/client-node';
import { eventually } from '../../support/eventually.js';
import { clusterIsHere, testCluster } from '../../support/kubernetes/test-cluster.js';
import { disruption, givenCluster, isRunning, shellPod } from './given-cluster.js';

const gpuTaint = { key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' };

function indexedJob(name: string, workers: number, spec: V1PodSpec): V1Job {
  return {
    metadata: { name },
    spec: {
      completionMode: 'Indexed',
      completions: workers,
      parallelism: workers,
      backoffLimit: 0,
      podFailurePolicy: {
        rules: [
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
          { action: 'FailJob', onExitCodes: { containerName: 'main', operator: 'In', values: [64, 65, 78] } },
        ],
      },
      podReplacementPolicy: 'Failed',
      template: { spec },
    },
  };
}

if (!clusterIsHere()) test.skip('jobs on a real control plane (no Kubernetes here)', () => undefined);
else {
  // The first to ask starts the control plane: 3 s, on a busy machine many more.
  beforeAll(testCluster, 180_000);

  test('an Indexed Job with GPU limits goes to the nodes that have them, its ranks meet by name, and it completes', async () => {
    const kind = { 'nvidia.com/gpu.product': 'A100' };
    await using given = await givenCluster([
      { name: 'gpu-1', gpus: 1, labels: kind, taints: [gpuTaint] },
      { name: 'gpu-2', gpus: 1, labels: kind, taints: [gpuTaint] },
      { name: 'other-kind', gpus: 1, labels: { 'nvidia.com/gpu.product': 'T4' }, taints: [gpuTaint] },
      { name: 'plain' },
    ]);
    const { namespace } = given.agent;
    const service = { clusterIP: 'None', selector: { 'job-name': 'train' }, publishNotReadyAddresses: true };
    await given.core.createNamespacedService({ namespace, body: { metadata: { name: 'train' }, spec: service } });
    const body = indexedJob('train', 2, {
      ...shellPod(''),
      subdomain: 'train',
      nodeSelector: kind,
      tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists' }],
      containers: [
        {
          name: 'main',
          image: 'shell',
          command: [
            'sh',
            '-c',
            'echo "$JOB_COMPLETION_INDEX of $HOSTNAME at $MASTER_ADDR:$MASTER_PORT $0"',
            '--addr=$(MASTER_ADDR)',
          ],
          env: [
            { name: 'MASTER_ADDR', value: `train-0.train.${namespace}.svc` },
            { name: 'MASTER_PORT', value: '29500' },
          ],
          ports: [{ containerPort: 29_500 }],
          resources: { limits: { 'nvidia.com/gpu': '1' } },
        },
      ],
    });
    await given.job(body);
    await eventually(
      async () => (await given.batch.readNamespacedJob({ name: 'train', namespace })).status?.succeeded === 2,
      'both ranks succeed',
      30_000,
    );
    const { items } = await given.core.listNamespacedPod({ namespace });
    const used = new Set(items.map(({ spec }) => spec?.nodeName));
    expect(used).toEqual(new Set([given.agent.nodeName('gpu-1'), given.agent.nodeName('gpu-2')]));
    const said = await Promise.all(
      items.map(({ metadata }) => given.core.readNamespacedPodLog({ name: metadata?.name ?? '', namespace })),
    );
    const [zero = '', one = ''] = said.toSorted();
    expect(zero).toMatch(/^0 of train-0 at 127\.0\.0\.1:\d+ --addr=127\.0\.0\.1\n$/);
    expect(one).toBe(zero.replace('0 of train-0', '1 of train-1'));
    expect(zero).not.toContain('29500');
  });

  test('an evicted pod of a Job is not counted and is replaced; an exit code of the policy fails the Job', async () => {
    await using given = await givenCluster();
    const { namespace } = given.agent;
    await given.job(indexedJob('again', 1, shellPod("trap 'exit 143' TERM; while :; do sleep 0.1; done")));
    const running = async () => (await given.core.listNamespacedPod({ namespace })).items.filter(isRunning);
    await eventually(async () => (await running()).length === 1, 'the first pod runs', 20_000);
    const [first] = await running();
    await given.agent.evict(first?.metadata?.name ?? '');
    const isNew = async () => (await running()).some(({ metadata }) => metadata?.uid !== first?.metadata?.uid);
    await eventually(isNew, 'another pod runs', 30_000);
    const { status } = await given.batch.readNamespacedJob({ name: 'again', namespace });
    expect(status?.conditions?.some(({ type }) => type === 'Failed') ?? false).toBe(false);

    await given.job(indexedJob('wrong', 1, shellPod('exit 65')));
    const wrong = async () =>
      (await given.batch.readNamespacedJob({ name: 'wrong', namespace })).status?.conditions ?? [];
    await eventually(async () => (await wrong()).some(({ type }) => type === 'Failed'), 'the Job has failed', 30_000);
    expect((await wrong()).find(({ type }) => type === 'Failed')?.reason).toBe('PodFailurePolicy');
  });

  test('the pods of a node that vanished are collected as disrupted', async () => {
    await using given = await givenCluster([{ name: 'doomed' }]);
    const { namespace } = given.agent;
    await given.job(indexedJob('stranded', 1, shellPod('sleep 600')));
    const pods = async () => (await given.core.listNamespacedPod({ namespace })).items;
    await eventually(async () => (await pods()).some(isRunning), 'the pod runs', 20_000);
    // The Job would see the pod's end and let it go; a finalizer keeps it to be looked at.
    const name = (await pods())[0]?.metadata?.name ?? '';
    const body = [{ op: 'add', path: '/metadata/finalizers/-', value: 'laurel.dev/test' }];
    await given.core.patchNamespacedPod({ name, namespace, body });
    await given.agent.loseNode('doomed');
    expect(given.agent.processes()).toEqual([]);
    const lost = await given.until(name, (pod) => disruption(pod) !== undefined, 'is collected', 90_000);
    expect(disruption(lost)).toBe('DeletionByPodGC');
    const remove = [{ op: 'replace', path: '/metadata/finalizers', value: [] }];
    await given.core.patchNamespacedPod({ name, namespace, body: remove });
  }, 150_000);
}
