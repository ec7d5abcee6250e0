import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuthorizationV1Api, CoreV1Api, KubeConfig, VersionApi } from '@kubernetes/client-node';
import { identityOf, startCluster } from '@laurel/dev';
import { leftoversOf } from '../../../infra/dev/src/supervisor/leftovers.js';
import { installCrds } from '../../support/kubernetes/crds.js';
import { startNodeAgent } from '../../support/kubernetes/node-agent/node-agent.js';
import { clusterIsHere, testCluster } from '../../support/kubernetes/test-cluster.js';

if (!clusterIsHere()) test.skip('a real control plane (no Kubernetes here)', () => undefined);
else {
  // The first to ask starts the control plane: 3 s, on a busy machine many more.
  beforeAll(testCluster, 180_000);

  test('a control plane of its own starts, lets nobody in without a token, and leaves no process when it is stopped', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'laurel-cluster-'));
    const said: string[] = [];
    const cluster = await startCluster({ folder, log: (line) => said.push(line) });
    const pids = leftoversOf(folder).map(({ pid }) => pid);
    expect(said.map((line) => line.replace(/:.*/, '')).toSorted((one, other) => (one < other ? -1 : 1))).toEqual([
      'etcd',
      'kube-apiserver',
      'kube-controller-manager',
      'kube-scheduler',
    ]);
    const config = new KubeConfig();
    config.loadFromFile(cluster.kubeconfig);
    expect((await config.makeApiClient(VersionApi).getCode()).gitVersion).toBe('v1.34.2');
    const nobody = new KubeConfig();
    nobody.loadFromClusterAndUser(
      { name: 'same', server: cluster.server, caFile: config.getCurrentCluster()?.caFile ?? '', skipTLSVerify: false },
      { name: 'nobody' },
    );
    await expect(nobody.makeApiClient(CoreV1Api).listNode()).rejects.toMatchObject({ code: 401 });
    await cluster.stop();
    expect(pids.filter((pid) => identityOf(pid) !== undefined)).toEqual([]);
    await rm(folder, { recursive: true });
  }, 120_000);

  test('a service account may do nothing until somebody says so', async () => {
    const cluster = await testCluster();
    const config = new KubeConfig();
    config.loadFromFile(cluster.kubeconfig);
    const access = config.makeApiClient(AuthorizationV1Api);
    const resourceAttributes = { verb: 'create', group: 'batch', resource: 'jobs', namespace: 'default' };
    const spec = { user: 'system:serviceaccount:default:default', resourceAttributes };
    expect((await access.createSubjectAccessReview({ body: { spec } })).status?.allowed).toBe(false);
  });

  test('custom resource definitions that are at hand are served', async () => {
    const names = await installCrds(await testCluster(), { groups: ['trainer.kubeflow.org'] });
    expect(names).toContain('trainjobs.trainer.kubeflow.org');
  });

  test('an agent that is stopped leaves no node, no namespace to work in, and no process', async () => {
    const cluster = await testCluster();
    const config = new KubeConfig();
    config.loadFromFile(cluster.kubeconfig);
    const core = config.makeApiClient(CoreV1Api);
    const agent = await startNodeAgent({ cluster, nodes: [{ name: 'short' }], images: { shell: {} } });
    const name = agent.nodeName('short');
    expect((await core.readNode({ name })).status?.conditions?.find(({ type }) => type === 'Ready')?.status).toBe(
      'True',
    );
    const containers = [{ name: 'main', image: 'shell', command: ['sleep', '600'] }];
    await core.createNamespacedPod({
      namespace: agent.namespace,
      body: { metadata: { name: 'p' }, spec: { containers, restartPolicy: 'Never' } },
    });
    while (agent.processes().length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    await agent.stop();
    expect(agent.processes()).toEqual([]);
    await expect(core.readNode({ name })).rejects.toMatchObject({ code: 404 });
  });
}
