import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { CoreV1Api, CustomObjectsApi, KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { type ActivityPorts, makeActivities } from '@laurel/activities';
import type { RouterSpec, Split } from '@laurel/domain';
import { createLogger } from '@laurel/telemetry';
import { createRouterKeeper, createTrafficRouters } from '@laurel/worker';
import { MockActivityEnvironment } from '@temporalio/testing';
import { httpRoute } from '../../../libs/kubernetes/src/routing/http-route.js';
import { eventually } from '../../support/eventually.js';
import { exampleProject } from '../../support/example-project.js';
import { definedGroups, installCrds } from '../../support/kubernetes/crds.js';
import { createRouterController } from '../../support/kubernetes/router-controller.js';
import { clusterIsHere, testCluster } from '../../support/kubernetes/test-cluster.js';
import { acknowledge, aDraft, aPlan, aVersion, crownVersion, digestOf, gateOf, refOf } from '../postgres/builders.js';
import { createTestDatabase, type TestDatabase } from '../postgres/database.js';

jest.setTimeout(120_000);

const group = 'gateway.networking.k8s.io';
const isHere = clusterIsHere() && definedGroups().has(group);
const here = isHere ? describe : describe.skip;
const log = createLogger({ process: 'test', level: 'silent' });
const route = { group, version: 'v1', plural: 'httproutes', name: 'churn' } as const;

let db: TestDatabase;
let config: KubeConfig;
let namespace: string;
let objects: CustomObjectsApi;

here('an endpoint with an HTTPRoute in front', () => {
  beforeAll(async () => {
    await installCrds(await testCluster(), { groups: [group] });
    config = new KubeConfig();
    config.loadFromFile((await testCluster()).kubeconfig);
    objects = config.makeApiClient(CustomObjectsApi);
  }, 240_000);
  beforeEach(async () => {
    db = await createTestDatabase(8);
    namespace = `routed-${randomUUID().slice(0, 8)}`;
    await config.makeApiClient(CoreV1Api).createNamespace({ body: { metadata: { name: namespace } } });
  });
  afterEach(async () => {
    await config.makeApiClient(CoreV1Api).deleteNamespace({ name: namespace });
    await db.drop();
  });

  /** Version 1 is champion, version 2 rolls out, and the project names a router. */
  async function aRollout(change: Partial<Pick<RouterSpec, 'onConflict'>> = {}) {
    const project = await exampleProject();
    const router: RouterSpec = {
      kind: 'gatewayApi',
      namespace,
      service: 'laurel-serving',
      port: 8480,
      parents: [{ kind: 'Gateway', name: 'public' }],
      shadow: 'serving',
      onConflict: 'report',
      ...change,
    };
    const spec = { ...project.spec, serving: { ...project.spec.serving, router } };
    const context = { folder: '/tmp', digest: digestOf('project'), actor: 'ann' };
    await db.projects.apply({ ...project, spec }, context);
    const [champion, challenger] = [await aVersion(db, 'churn'), await aVersion(db, 'churn')];
    await crownVersion(db, champion, 1);
    const rolling = { endpoint: 'churn', project: 'churn', incarnation: 2, challenger: refOf(challenger) };
    await db.routing.beginRollout({ ...rolling, plan: aPlan({ stickyKey: null }) });
    const { kubeconfig } = await testCluster();
    const routers = createTrafficRouters({ ...db, kubeconfig, log });
    const activities = makeActivities({ ...db, routers } as unknown as ActivityPorts)['laurel-control'];
    const prepare = async (weight: number): Promise<Split> => {
      const draft = { ...aDraft(rolling, { champion, weight }), stickyKey: null };
      const split = await db.routing.prepare(draft, `weight-${weight}`);
      await acknowledge(db, split, ['p1']);
      return split;
    };
    const keeper = createRouterKeeper({ ...db, routers }, log);
    return { activities, champion, challenger, keeper, prepare, rolling, routers };
  }

  const controller = () => createRouterController(config, namespace);
  const weights = async (routers: ReturnType<typeof createTrafficRouters>) =>
    (await (await routers.inFrontOf('churn'))?.current('churn'))?.weights.map(({ version, weight }) => [
      version,
      weight,
    ]);
  const eventsOf = async (type: string) =>
    (await db.events.after(0, 1_000)).filter((event) => event.type === type).map(({ detail }) => detail);
  /** As kubectl edit does it. */
  const editedByHand = async () => {
    const body = { spec: { rules: [{ backendRefs: [{ name: 'elsewhere', port: 80 }] }] } };
    const options = setHeaderOptions('content-type', PatchStrategy.MergePatch);
    await objects.patchNamespacedCustomObject({ ...route, namespace, body, fieldManager: 'kubectl-edit' }, options);
  };
  const commit = ({ activities }: Awaited<ReturnType<typeof aRollout>>, { epoch }: Split) =>
    new MockActivityEnvironment({ heartbeatTimeoutMs: 0 }).run(() =>
      activities.commitSplit({ endpoint: 'churn', epoch, fence: 2 }),
    );

  test('a committed split goes on only when the router says that it routes so', async () => {
    const world = await aRollout();
    const split = await world.prepare(5);
    let isDone = false;
    const committed = (async () => {
      await commit(world, split);
      isDone = true;
    })();
    await eventually(async () => (await weights(world.routers))?.length === 2, 'the route is written');
    await controller().say(httpRoute, 'churn', { ok: false, message: 'no such Service' });
    expect(isDone).toBe(false);
    await controller().say(httpRoute, 'churn', { ok: true });
    await committed;
    expect(await weights(world.routers)).toEqual([
      [1, 95],
      [2, 5],
    ]);
  });

  test('a rollback is done when Postgres has it; a router that cannot follow is told and waits for its keeper', async () => {
    const world = await aRollout();
    const committed = commit(world, await world.prepare(5));
    await eventually(async () => (await weights(world.routers))?.length === 2, 'the route is written');
    await controller().say(httpRoute, 'churn', { ok: true });
    await committed;
    await editedByHand();
    const restored = await world.activities.restoreSplit({ ...world.rolling, fence: 2, reason: 'harm' });
    expect(restored?.arms).toMatchObject([{ version: 1, weight: 100 }]);
    expect(await eventsOf('router.behind')).toEqual([
      expect.objectContaining({ code: 'Conflict', message: expect.stringContaining('kubectl-edit owns spec.rules') }),
    ]);
    await objects.deleteNamespacedCustomObject({ ...route, namespace });
    await world.keeper.pass();
    expect(await weights(world.routers)).toEqual([[1, 100]]);
  });

  test('crowning and a rollback by hand go to the router as well', async () => {
    const { activities, challenger, rolling, routers, prepare } = await aRollout();
    const { epoch } = await prepare(5);
    await db.routing.commit({ endpoint: 'churn', epoch, fence: 2 });
    await activities.crownChampion({ ...rolling, fence: 2, evidenceId: gateOf(challenger) });
    expect(await weights(routers)).toEqual([[2, 100]]);
    await activities.rollBackChampion({ endpoint: 'churn', incarnation: 3, by: 'ann', reason: 'complaints' });
    expect(await weights(routers)).toEqual([[1, 100]]);
  });

  test('what was changed by hand is told once, and put back where the project says so', async () => {
    const reporting = await aRollout();
    await reporting.keeper.pass();
    expect(await weights(reporting.routers)).toEqual([[1, 100]]);
    expect(await eventsOf('router.followed')).toHaveLength(1);
    await reporting.keeper.pass();
    expect(await eventsOf('router.followed')).toHaveLength(1);
    await editedByHand();
    await reporting.keeper.pass();
    await reporting.keeper.pass();
    expect(await eventsOf('router.behind')).toHaveLength(1);
    const project = (await db.projects.find('churn'))?.project;
    if (project?.spec.serving.router === undefined || project.spec.serving.router === null)
      throw new Error('no router');
    const router: RouterSpec = { ...project.spec.serving.router, onConflict: 'take' };
    const spec = { ...project.spec, serving: { ...project.spec.serving, router } };
    await db.projects.apply({ ...project, spec }, { folder: '/tmp', digest: digestOf('take'), actor: 'ann' });
    await reporting.keeper.pass();
    expect(await weights(reporting.routers)).toEqual([[1, 100]]);
    expect(await eventsOf('router.mended')).toHaveLength(1);
  });
});

test('endpoints whose project names no router have none in front', async () => {
  const own = await createTestDatabase(4);
  try {
    const project = await exampleProject();
    await own.projects.apply(project, { folder: '/tmp', digest: digestOf('project'), actor: 'ann' });
    await crownVersion(own, await aVersion(own, 'churn'), 1);
    const routers = createTrafficRouters({ ...own, kubeconfig: null, log });
    expect(await routers.inFrontOf('churn')).toBeUndefined();
    expect(await routers.inFrontOf('nowhere')).toBeUndefined();
    expect(await routers.endpoints()).toEqual([]);
  } finally {
    await own.drop();
  }
});
