import { readFile } from 'node:fs/promises';
import { jest } from '@jest/globals';
import { KubeConfig, type KubernetesObject, KubernetesObjectApi, loadAllYaml } from '@kubernetes/client-node';
import { allProgress, until } from '../../contract/job-launcher.contract.js';
import { clusterIsHere, testCluster } from '../../support/kubernetes/test-cluster.js';
import { type Fault, type ProxiedRequest, refusal, startFaultProxy } from './fault-proxy.js';
import { givenLauncher, type LauncherWorld } from './given-launcher.js';

jest.setTimeout(120_000);

const patience = { requestMilliseconds: 3_000, budgetMilliseconds: 30_000 };
const isCreate = ({ method, path }: ProxiedRequest) => method === 'POST' && path.endsWith('/jobs');
const isWatch = ({ query }: ProxiedRequest) => query.get('watch') === 'true';
const isLog = ({ path }: ProxiedRequest) => path.endsWith('/log');
const steps = `for (let step = 1; step <= 10; step += 1) { progress(step); await sleep(150); } done();`;

async function behindProxy(fault: (request: ProxiedRequest) => Fault | undefined = () => undefined) {
  const world = await givenLauncher();
  const proxy = await startFaultProxy((await testCluster()).kubeconfig);
  proxy.fault = fault;
  return { world, proxy, launcher: world.anotherLauncher({ config: proxy.config, patience }) };
}

/** The first `count` requests of a kind. */
function firstOf(count: number, kind: (request: ProxiedRequest) => boolean, fault: Fault) {
  let left = count;
  return (request: ProxiedRequest) => {
    if (left === 0 || !kind(request)) return undefined;
    left -= 1;
    return fault;
  };
}

async function jobsIn(world: LauncherWorld): Promise<number> {
  return (await world.batch.listNamespacedJob({ namespace: world.agent.namespace })).items.length;
}

const here = clusterIsHere() ? describe : describe.skip;

here('an API server', () => {
  test('whose answer to the creation is lost has made one Job, to which the launcher attaches', async () => {
    const { world, proxy, launcher } = await behindProxy(firstOf(1, isCreate, { kind: 'answerLost' }));
    await using _ = proxy;
    const spec = await world.job(`tell('begun'); done();`);
    await launcher.ensure(spec);
    expect(await launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
    expect(proxy.seen.filter(isCreate).length).toBe(2);
    expect(await jobsIn(world)).toBe(1);
    expect(await world.told()).toEqual(['begun']);
  });

  test('that is slow is waited for', async () => {
    const { world, proxy, launcher } = await behindProxy(() => ({ kind: 'late', milliseconds: 800 }));
    await using _ = proxy;
    const spec = await world.job(steps);
    await launcher.ensure(spec);
    expect((await allProgress(launcher, spec.name)).at(-1)?.step).toBe(10);
    expect(await launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
  });

  test('that asks to come back later (429) is obeyed', async () => {
    const busy: Fault = {
      kind: 'answer',
      status: 429,
      body: refusal(429, 'TooManyRequests', 'too many requests'),
      headers: { 'retry-after': '1' },
    };
    const { world, proxy, launcher } = await behindProxy(firstOf(3, isCreate, busy));
    await using _ = proxy;
    const spec = await world.job(`done();`);
    const began = performance.now();
    await launcher.ensure(spec);
    expect(performance.now() - began).toBeGreaterThan(2_900);
    expect(proxy.seen.filter(isCreate).length).toBe(4);
    expect(await launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
  });

  test('that fails now and then (500) costs nothing but time', async () => {
    let count = 0;
    const failing: Fault = {
      kind: 'answer',
      status: 500,
      body: refusal(500, 'InternalError', 'etcdserver: leader changed'),
    };
    const { world, proxy, launcher } = await behindProxy(() => {
      count += 1;
      return count % 3 === 0 ? failing : undefined;
    });
    await using _ = proxy;
    const spec = await world.job(steps);
    await launcher.ensure(spec);
    expect((await allProgress(launcher, spec.name)).at(-1)?.step).toBe(10);
    expect(await launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
    expect(await jobsIn(world)).toBe(1);
  });

  test('that has forgotten the version of a watch (410) is asked for a list again', async () => {
    const gone: Fault = { kind: 'answer', status: 410, body: refusal(410, 'Expired', 'too old resource version') };
    const inStream: Fault = {
      kind: 'answer',
      status: 200,
      body: { type: 'ERROR', object: refusal(410, 'Expired', 'too old resource version') },
    };
    let watches = 0;
    const { world, proxy, launcher } = await behindProxy((request) => {
      if (!isWatch(request)) return undefined;
      watches += 1;
      if (watches > 8) return undefined;
      return watches % 2 === 0 ? gone : inStream;
    });
    await using _ = proxy;
    const spec = await world.job(steps);
    await launcher.ensure(spec);
    expect((await allProgress(launcher, spec.name)).at(-1)?.step).toBe(10);
    expect(await launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
    expect(watches).toBeGreaterThan(8);
  });

  test('that breaks every watch and log after a moment loses no line and tells none twice', async () => {
    const { world, proxy, launcher } = await behindProxy((request) =>
      isWatch(request) || isLog(request) ? { kind: 'cut', milliseconds: 400 } : undefined,
    );
    await using _ = proxy;
    const spec = await world.job(`
      for (let step = 1; step <= 30; step += 1) { say({ laurel: 'warning', message: 'line ' + step }); await sleep(100); }
      done();
    `);
    await launcher.ensure(spec);
    const messages = (await allProgress(launcher, spec.name)).flatMap(({ message }) => message ?? []);
    expect(messages.filter((text) => text.startsWith('line '))).toEqual(
      Array.from({ length: 30 }, (_, index) => `line ${index + 1}`),
    );
    expect(proxy.seen.filter(isLog).length).toBeGreaterThan(3);
    expect(await launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
  });

  test('that dies for a while costs no step: the job runs on, and the launcher finds it again', async () => {
    const { world, proxy, launcher } = await behindProxy();
    await using _ = proxy;
    const spec = await world.job(`tell('begun'); progress(1); await pass('end'); progress(2); done();`);
    await launcher.ensure(spec);
    const watching = allProgress(launcher, spec.name);
    await until(async () => (await world.told()).at(0));
    await proxy.down();
    await world.open('end');
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    await proxy.up();
    expect((await watching).at(-1)?.step).toBe(2);
    expect(await launcher.outcome(spec.name)).toMatchObject({ kind: 'done' });
    expect(await world.told()).toEqual(['begun']);
  });

  test('that stays dead is told of in one sentence, and the job is there for whoever comes later', async () => {
    const { world, proxy } = await behindProxy();
    await using _ = proxy;
    const hasty = world.anotherLauncher({
      config: proxy.config,
      patience: { requestMilliseconds: 1_000, budgetMilliseconds: 1_500 },
    });
    const spec = await world.job(`tell('begun'); progress(1); await pass('end'); done();`);
    await hasty.ensure(spec);
    const watching = allProgress(hasty, spec.name);
    await until(async () => (await world.told()).at(0));
    await proxy.down();
    await expect(watching).rejects.toMatchObject({
      code: 'DependencyUnavailable',
      message: expect.stringMatching(/^the cluster's API server did not list (pods|jobs) .*ECONNREFUSED.*run on/),
    });
    await world.open('end');
    const later = world.anotherLauncher();
    await later.ensure(spec);
    expect(await later.outcome(spec.name)).toMatchObject({ kind: 'done' });
    expect(await world.told()).toEqual(['begun']);
  });
});

here('a service account', () => {
  test('without rights is named with the verb, the resource and what to bind', async () => {
    const world = await givenLauncher();
    const launcher = world.anotherLauncher({ config: await tokenFor(world, 'stranger') });
    await expect(launcher.ensure(await world.job(`done();`))).rejects.toMatchObject({
      code: 'Forbidden',
      message: `service account stranger of namespace ${world.agent.namespace} may not list jobs.batch in namespace ${world.agent.namespace}; bind it to the role in infra/kubernetes/rbac.yaml.`,
    });
  });

  test('with the shipped role can do all that the launcher does', async () => {
    const world = await givenLauncher();
    await applyRole(world);
    const launcher = world.anotherLauncher({ config: await tokenFor(world, 'laurel-worker') });
    const spec = await world.job(`console.log('begun'); progress(1); process.exit(1);`);
    await launcher.ensure(spec);
    expect(await launcher.running()).toEqual([spec.name]);
    expect(await launcher.outcome(spec.name)).toMatchObject({ kind: 'ended', cause: 'crashed' });
    expect(await launcher.log(spec.name, 5)).toEqual(['begun']);
    await launcher.ensure({ ...spec, attempt: 2 });
    await launcher.remove(spec.name);
    expect(await jobsIn(world)).toBe(0);
  });
});

/** A kubeconfig of a service account of the world's namespace, made when it is not there. */
async function tokenFor({ core, agent }: LauncherWorld, name: string): Promise<KubeConfig> {
  const { namespace } = agent;
  const accounts = await core.listNamespacedServiceAccount({ namespace });
  if (!accounts.items.some(({ metadata }) => metadata?.name === name)) {
    await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name } } });
  }
  const body = { spec: { audiences: [], expirationSeconds: 600 } };
  const { status } = await core.createNamespacedServiceAccountToken({ name, namespace, body });
  const admin = new KubeConfig();
  admin.loadFromFile((await testCluster()).kubeconfig);
  const cluster = admin.getCurrentCluster();
  if (cluster === null || status === undefined) throw new Error('the control plane gives no token');
  const config = new KubeConfig();
  config.loadFromClusterAndUser(cluster, { name, token: status.token ?? '' });
  return config;
}

/** `infra/kubernetes/rbac.yaml`, in the world's namespace. */
async function applyRole({ agent }: LauncherWorld): Promise<void> {
  const config = new KubeConfig();
  config.loadFromFile((await testCluster()).kubeconfig);
  const api = KubernetesObjectApi.makeApiClient(config);
  const file = new URL('../../../infra/kubernetes/rbac.yaml', import.meta.url);
  const text = (await readFile(file, 'utf8')).replaceAll('laurel-training', agent.namespace);
  for (const object of loadAllYaml(text) as KubernetesObject[]) {
    if (object.kind?.startsWith('Cluster') !== true) await api.create(object);
  }
}
