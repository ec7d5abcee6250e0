import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { KubeConfig, Log } from '@kubernetes/client-node';
import { eventually } from '../../support/eventually.js';
import { clusterIsHere, testCluster } from '../../support/kubernetes/test-cluster.js';
import { endOf, givenCluster, hasEnded, isRunning } from './given-cluster.js';

if (!clusterIsHere()) test.skip('volumes and logs on a real control plane (no Kubernetes here)', () => undefined);
else {
  // The first to ask starts the control plane: 3 s, on a busy machine many more.
  beforeAll(testCluster, 180_000);

  test('an init container leaves a file for the next, and a claim keeps what a pod has written', async () => {
    await using given = await givenCluster();
    const { namespace } = given.agent;
    const claim = { accessModes: ['ReadWriteMany'], resources: { requests: { storage: '1Gi' } } };
    await given.core.createNamespacedPersistentVolumeClaim({
      namespace,
      body: { metadata: { name: 'kept' }, spec: claim },
    });
    const data = await mkdtemp(join(tmpdir(), 'laurel-host-'));
    await writeFile(join(data, 'a.txt'), 'from the host');
    await given.core.createNamespacedConfigMap({
      namespace,
      body: { metadata: { name: 'settings' }, data: { depth: '6' } },
    });
    const secret = { metadata: { name: 'keys' }, stringData: { token: 's3cret' } };
    await given.core.createNamespacedSecret({ namespace, body: secret });
    const volumeMounts = [
      { name: 'cache', mountPath: '/cache' },
      { name: 'data', mountPath: '/data', readOnly: true },
      { name: 'kept', mountPath: '/checkpoints', subPath: 'run-1' },
      { name: 'settings', mountPath: '/etc/settings' },
    ];
    const fetch = { name: 'fetch', image: 'shell', command: ['cp', '/data/a.txt', '/cache/b.txt'], volumeMounts };
    const main = {
      name: 'main',
      image: 'shell',
      command: ['sh', '-c', 'cat "$IN" /etc/settings/depth > "${OUT#file://}"; echo "$TOKEN $DEPTH $NAME"'],
      env: [
        { name: 'IN', value: '/cache/b.txt' },
        { name: 'OUT', value: 'file:///checkpoints/out' },
        { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'keys', key: 'token' } } },
        { name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'DEPTH', value: '$(depth)!' },
      ],
      envFrom: [{ configMapRef: { name: 'settings' } }],
      volumeMounts,
    };
    await given.pod('steps', '', {
      initContainers: [fetch],
      containers: [main],
      volumes: [
        { name: 'cache', emptyDir: {} },
        { name: 'data', hostPath: { path: data } },
        { name: 'kept', persistentVolumeClaim: { claimName: 'kept' } },
        { name: 'settings', configMap: { name: 'settings' } },
      ],
    });
    const pod = await given.until('steps', hasEnded, 'has ended', 30_000);
    const log = await given.core.readNamespacedPodLog({ name: 'steps', namespace, container: 'main' });
    expect({ end: endOf(pod)?.exitCode, log }).toEqual({ end: 0, log: 's3cret 6! steps\n' });
    expect(await readFile(join(given.agent.claimFolder('kept'), 'run-1', 'out'), 'utf8')).toBe('from the host6');
    await rm(data, { recursive: true });
  });

  test('a followed log comes line by line and ends with the container', async () => {
    await using given = await givenCluster();
    const { namespace } = given.agent;
    await given.pod('talks', 'for i in 1 2 3; do echo line $i; sleep 0.5; done');
    await given.until('talks', (pod) => isRunning(pod) || hasEnded(pod), 'runs');
    const config = new KubeConfig();
    config.loadFromFile((await testCluster()).kubeconfig);
    const came: { readonly at: number; readonly text: string }[] = [];
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        came.push({ at: Date.now(), text: chunk.toString('utf8') });
        done();
      },
    });
    let isOver = false;
    sink.once('finish', () => (isOver = true));
    await new Log(config).log(namespace, 'talks', 'main', sink, { follow: true, timestamps: true });
    await eventually(() => isOver, 'the log ends', 15_000);
    const text = came.map((one) => one.text).join('');
    expect(text).toMatch(/^\S+Z line 1\n\S+Z line 2\n\S+Z line 3\n$/);
    expect((came.at(-1)?.at ?? 0) - (came[0]?.at ?? 0)).toBeGreaterThan(300);
  });
}
