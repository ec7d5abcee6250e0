import type { RouterSpec } from '@laurel/domain';
import {
  type Fault,
  type ProxiedRequest,
  refusal,
  startFaultProxy,
} from '../integration/kubernetes-launcher/fault-proxy.js';
import { testCluster } from '../support/kubernetes/test-cluster.js';
import {
  givenKubernetesRouter,
  type KubernetesRouterCase,
  type KubernetesRouterWorld,
  withoutChallenger,
} from './traffic-router.given.js';

const isWrite = ({ method }: ProxiedRequest) => method === 'PATCH' || method === 'POST';

/** What every router promises that writes objects of a Kubernetes API server, beyond what routers promise. */
export function kubernetesRouterContract(name: string, router: KubernetesRouterCase): void {
  describe(`the traffic router on an API server: ${name}`, () => {
    let world: KubernetesRouterWorld;
    beforeEach(async () => {
      world = await givenKubernetesRouter(router);
    }, 120_000);
    afterEach(() => world?.close());
    const given = () => world;

    ownership(given, router);
    readiness(given);
    letting(given, router);
    apiServers(given);
  });
}

function ownership(given: () => KubernetesRouterWorld, { beside, owned, spec }: KubernetesRouterCase): void {
  test('an equal apply writes nothing: version and generation stay', async () => {
    const { router, next, read, anotherRouter } = given();
    const split = await next();
    await router.apply(split);
    const before = (await read()).metadata;
    expect(await anotherRouter().apply(split)).toBe('unchanged');
    const after = (await read()).metadata;
    expect([after.resourceVersion, after.generation]).toEqual([before.resourceVersion, before.generation]);
  });

  test('fields and labels of others are kept, through growth and rollback', async () => {
    const { router, next, read, applyAs } = given();
    await router.apply(await next({ weight: 5 }));
    await applyAs('platform-team', beside.spec, { team: 'risk' });
    const split = await next({ weight: 25 });
    await router.apply(split);
    await router.apply(withoutChallenger(split));
    const { metadata, spec: there } = await read();
    expect(metadata.labels).toMatchObject({ team: 'risk' });
    expect(there).toMatchObject(beside.spec);
  });

  test('a field that somebody took is not taken back: one sentence says who owns what', async () => {
    const { router, next, applyAs, read } = given();
    await router.apply(await next({ weight: 5 }));
    await applyAs('somebody', owned.spec);
    const before = await read();
    const refused = router.apply(await next({ weight: 25 }));
    await expect(refused).rejects.toMatchObject({ code: 'Conflict' });
    await expect(refused).rejects.toThrow(`somebody owns ${owned.path}`);
    expect((await read()).spec).toEqual(before.spec);
  });

  test('unless the project says so', async () => {
    const { routerWith, next, applyAs, endpoint, namespace } = given();
    const taking: RouterSpec = { ...spec(namespace), onConflict: 'take' };
    const router = routerWith({ spec: taking });
    const split = await next({ weight: 5 });
    await router.apply(split);
    await applyAs('somebody', owned.spec);
    expect(await router.apply(split)).toBe('applied');
    expect((await router.current(endpoint))?.weights.at(-1)).toEqual({ version: 2, weight: 5 });
  });

  test('an object of that name for another endpoint is left alone', async () => {
    const { router, next, routerWith, namespace, endpoint } = given();
    await router.apply(await next());
    const other = routerWith({ spec: { ...spec(namespace), name: endpoint } });
    const split = { ...(await next()), endpoint: 'fraud' };
    await expect(other.apply(split)).rejects.toMatchObject({ code: 'Conflict' });
    await expect(other.apply(split)).rejects.toThrow(/routes endpoint churn already, not fraud/);
  });
}

function readiness(given: () => KubernetesRouterWorld): void {
  test('readiness follows the status, and a status of an older generation says nothing', async () => {
    const { router, next, say, settle, endpoint } = given();
    await router.apply(await next({ weight: 5 }));
    await settle();
    const split = await next({ weight: 25 });
    await router.apply(split);
    expect(await router.readiness(endpoint, split.epoch)).toMatchObject({ state: 'waiting' });
    await say({ ok: true }, { older: 1 });
    expect(await router.readiness(endpoint, split.epoch)).toMatchObject({ state: 'waiting' });
    await say({ ok: false, message: 'no such backend' });
    expect(await router.readiness(endpoint, split.epoch)).toMatchObject({ state: 'waiting' });
    await settle();
    expect(await router.readiness(endpoint, split.epoch)).toEqual({ state: 'ready' });
  });

  test('an object that is gone is not ready, and is there again after the next apply', async () => {
    const { router, next, endpoint, settle } = given();
    const split = await next();
    await router.apply(split);
    await router.remove(endpoint);
    expect(await router.readiness(endpoint, split.epoch)).toMatchObject({ state: 'waiting' });
    expect(await router.apply(split)).toBe('applied');
    await settle();
    expect(await router.readiness(endpoint, split.epoch)).toEqual({ state: 'ready' });
  });
}

function letting(given: () => KubernetesRouterWorld, { beside }: KubernetesRouterCase): void {
  test('what Laurel made is removed, twice without harm', async () => {
    const { router, next, endpoint, exists } = given();
    await router.apply(await next());
    await router.remove(endpoint);
    expect(await exists()).toBe(false);
    await router.remove(endpoint);
    expect(await router.current(endpoint)).toBeUndefined();
  });

  test('what was there before Laurel stays, routed as it is, and belongs to nobody', async () => {
    const { router, next, endpoint, read, applyAs } = given();
    await applyAs('platform-team', beside.spec);
    await router.apply(await next());
    const { spec } = await read();
    await router.remove(endpoint);
    const left = await read();
    expect(left.spec).toEqual(spec);
    expect(left.metadata.managedFields?.map(({ manager }) => manager)).not.toContain('laurel');
    expect(await router.current(endpoint)).toBeUndefined();
  });
}

function apiServers(given: () => KubernetesRouterWorld): void {
  async function behindProxy(fault: (request: ProxiedRequest) => Fault | undefined) {
    const proxy = await startFaultProxy((await testCluster()).kubeconfig);
    proxy.fault = fault;
    const patience = { requestMilliseconds: 3_000, budgetMilliseconds: 15_000 };
    return { proxy, router: given().routerWith({ config: proxy.config, patience }) };
  }
  const answer = (status: number, reason: string): Fault => ({
    kind: 'answer',
    status,
    body: refusal(status, reason, 'not now'),
    headers: status === 429 ? { 'retry-after': '1' } : {},
  });
  /** The first `count` writes. */
  const firstWrites = (count: number, fault: Fault) => {
    let left = count;
    return (request: ProxiedRequest) => {
      if (left === 0 || !isWrite(request)) return undefined;
      left -= 1;
      return fault;
    };
  };

  test.each([
    ['says that the object has changed (409)', answer(409, 'Conflict')],
    ['says that what was read has expired (410)', answer(410, 'Expired')],
    ['asks to come back later (429)', answer(429, 'TooManyRequests')],
    ['fails (500)', answer(500, 'InternalError')],
    ['does it and loses the answer', { kind: 'answerLost' } as const],
  ])('one that %s is asked again, and the split is there once', async (_, fault) => {
    const { proxy, router } = await behindProxy(firstWrites(2, fault));
    await using __ = proxy;
    const { next, endpoint } = given();
    await router.apply(await next({ weight: 5 }));
    const grown = await next({ weight: 25 });
    await router.apply(grown);
    expect(await given().router.apply(grown)).toBe('unchanged');
    expect(await router.current(endpoint)).toMatchObject({ epoch: grown.epoch });
  });

  test('one that is gone for a while is waited for; for longer, and the sentence says what goes on', async () => {
    const { proxy, router } = await behindProxy(() => undefined);
    await using _ = proxy;
    const { next, routerWith } = given();
    await router.apply(await next({ weight: 5 }));
    await proxy.down();
    const split = await next({ weight: 25 });
    const waiting = router.apply(split);
    const short = routerWith({
      config: proxy.config,
      patience: { requestMilliseconds: 500, budgetMilliseconds: 500 },
    }).apply(split);
    await expect(short).rejects.toMatchObject({ code: 'DependencyUnavailable' });
    await expect(short).rejects.toThrow(/requests are routed as before/);
    await proxy.up();
    expect(await waiting).toBe('applied');
  });
}
