import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identityOf } from '@laurel/dev';
import { eventually } from '../../support/eventually.js';
import { clusterIsHere, testCluster } from '../../support/kubernetes/test-cluster.js';
import { disruption, endOf, givenCluster, hasEnded, isRunning } from './given-cluster.js';

const trap = (act: string) => `trap '${act}' TERM; echo ready; while :; do sleep 0.1; done`;
const isAlive = (pid: number) => identityOf(pid) !== undefined;

if (!clusterIsHere()) test.skip('pods on a real control plane (no Kubernetes here)', () => undefined);
else {
  // The first to ask starts the control plane: 3 s, on a busy machine many more.
  beforeAll(testCluster, 180_000);

  test('a pod runs, and its exit code and log are told through the API server', async () => {
    await using given = await givenCluster();
    await given.pod('one', 'echo hello; echo there >&2; exit 3');
    const pod = await given.until('one', hasEnded, 'has ended');
    expect(pod.status?.phase).toBe('Failed');
    expect(endOf(pod)).toMatchObject({ exitCode: 3, reason: 'Error' });
    const { namespace } = given.agent;
    const log = await given.core.readNamespacedPodLog({ name: 'one', namespace });
    expect(log.split('\n').toSorted()).toEqual(['', 'hello', 'there']);
    expect(await given.core.readNamespacedPodLog({ name: 'one', namespace, tailLines: 1 })).toMatch(
      /^(hello|there)\n$/,
    );
  });

  test('a pod that fits no node is left waiting with the reason of the scheduler', async () => {
    await using given = await givenCluster([{ name: 'small', cpus: 1 }]);
    const resources = { limits: { 'nvidia.com/gpu': '8' } };
    await given.pod('big', '', { containers: [{ name: 'main', image: 'shell', command: ['true'], resources }] });
    const unscheduled = (pod: Awaited<ReturnType<typeof given.read>>) =>
      pod.status?.conditions?.find(({ reason }) => reason === 'Unschedulable');
    const pod = await given.until('big', (one) => unscheduled(one) !== undefined, 'is unschedulable');
    expect(unscheduled(pod)?.message).toMatch(/nodes are available: .*Insufficient nvidia\.com\/gpu/);
  });

  test('an image that cannot be had keeps the pod waiting and nothing runs', async () => {
    await using given = await givenCluster();
    await given.pod('lost', '', { containers: [{ name: 'main', image: 'nobody/has:this', command: ['true'] }] });
    const reason = (pod: Awaited<ReturnType<typeof given.read>>) =>
      pod.status?.containerStatuses?.[0]?.state?.waiting?.reason;
    await given.until('lost', (pod) => reason(pod) === 'ImagePullBackOff', 'backs off');
    expect((await given.read('lost')).status?.phase).toBe('Pending');
    expect(given.agent.processes('lost')).toEqual([]);
  });

  test('an eviction marks the pod, gives SIGTERM and the grace it asked for, and the program ends as it wants', async () => {
    await using given = await givenCluster();
    const folder = await mkdtemp(join(tmpdir(), 'laurel-evicted-'));
    await given.pod('kind', trap(`echo saved > ${folder}/saved; exit 143`), {});
    await given.until('kind', isRunning, 'runs');
    // A finalizer keeps the object so that its last state can be read.
    const patch = [{ op: 'add', path: '/metadata/finalizers', value: ['laurel.dev/test'] }];
    const { namespace } = given.agent;
    await given.core.patchNamespacedPod({ name: 'kind', namespace, body: patch });
    await given.agent.evict('kind');
    const pod = await given.until('kind', hasEnded, 'has ended');
    expect(disruption(pod)).toBe('EvictionByEvictionAPI');
    expect(endOf(pod)?.exitCode).toBe(143);
    expect(await readFile(join(folder, 'saved'), 'utf8')).toBe('saved\n');
    await rm(folder, { recursive: true });
    const remove = [{ op: 'remove', path: '/metadata/finalizers' }];
    await given.core.patchNamespacedPod({ name: 'kind', namespace, body: remove });
    await eventually(
      () =>
        given.read('kind').then(
          () => false,
          () => true,
        ),
      'the pod object is gone',
    );
  });

  test('a program that ignores SIGTERM is killed after its grace period, with a grandchild in a session of its own', async () => {
    await using given = await givenCluster();
    const spec = { terminationGracePeriodSeconds: 1 };
    await given.pod('deaf', "setsid sleep 600 & trap '' TERM; while :; do sleep 0.2; done", spec);
    await given.until('deaf', isRunning, 'runs');
    await eventually(() => given.agent.processes('deaf').length >= 2, 'the grandchild runs');
    const pids = given.agent.processes('deaf');
    const began = Date.now();
    await given.core.deleteNamespacedPod({ name: 'deaf', namespace: given.agent.namespace });
    await eventually(() => !pids.some(isAlive), 'everything is killed');
    expect(Date.now() - began).toBeGreaterThanOrEqual(950);
  });

  test('a bare SIGKILL ends as 137 without a condition and takes grandchildren along', async () => {
    await using given = await givenCluster();
    await given.pod('shot', 'setsid sleep 600 & sleep 600');
    await given.until('shot', isRunning, 'runs');
    await eventually(() => given.agent.processes('shot').length >= 3, 'all run');
    const pids = given.agent.processes('shot');
    given.agent.kill('shot');
    const pod = await given.until('shot', hasEnded, 'has ended');
    expect(endOf(pod)).toMatchObject({ exitCode: 137, reason: 'Error' });
    expect(disruption(pod)).toBeUndefined();
    expect(pids.filter(isAlive)).toEqual([]);
  });

  test('memory beyond the limit ends as OOMKilled', async () => {
    await using given = await givenCluster();
    const command = [
      process.execPath,
      '-e',
      'const kept = []; setInterval(() => kept.push(Buffer.alloc(2 ** 24, 1)), 5)',
    ];
    const resources = { limits: { memory: '256Mi' } };
    await given.pod('greedy', '', { containers: [{ name: 'main', image: 'shell', command, resources }] });
    expect(endOf(await given.until('greedy', hasEnded, 'has ended'))).toMatchObject({
      exitCode: 137,
      reason: 'OOMKilled',
    });
  });

  test('an orderly shutdown of the machine and a NoExecute taint are disruptions too', async () => {
    await using given = await givenCluster([{ name: 'one' }, { name: 'two' }]);
    const { namespace } = given.agent;
    await given.pod('down', trap('exit 143'), {
      nodeSelector: { 'kubernetes.io/hostname': given.agent.nodeName('one') },
    });
    await given.pod('tainted', trap('exit 143'), {
      nodeSelector: { 'kubernetes.io/hostname': given.agent.nodeName('two') },
    });
    await given.until('down', isRunning, 'runs');
    await given.until('tainted', isRunning, 'runs');
    given.agent.shutDown('down');
    expect(disruption(await given.until('down', hasEnded, 'has ended'))).toBe('TerminationByKubelet');
    const body = [{ op: 'add', path: '/metadata/finalizers', value: ['laurel.dev/test'] }];
    await given.core.patchNamespacedPod({ name: 'tainted', namespace, body });
    await given.agent.taint('two', { key: 'spot', value: 'taken', effect: 'NoExecute' });
    expect(disruption(await given.until('tainted', hasEnded, 'has ended'))).toBe('DeletionByTaintManager');
    const remove = [{ op: 'remove', path: '/metadata/finalizers' }];
    await given.core.patchNamespacedPod({ name: 'tainted', namespace, body: remove });
  });
}
