import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { loadAllYaml, type V1Role } from '@kubernetes/client-node';
import { type Cluster, createCluster } from '../../../libs/kubernetes/src/api/cluster.js';
import { createObjects, type Manifest, type Objects } from '../../../libs/kubernetes/src/api/objects.js';
import { httpRoute } from '../../../libs/kubernetes/src/routing/http-route.js';
import { inferenceService } from '../../../libs/kubernetes/src/routing/inference-service.js';
import { destinationRule, virtualService } from '../../../libs/kubernetes/src/routing/istio.js';
import { httpCluster } from './http-cluster.js';

/** Every method that asks the API server, once; by its type the list is complete. */
const everything: { readonly [method in Exclude<keyof Cluster, 'mask' | 'pause'>]: (of: Cluster) => Promise<unknown> } =
  {
    list: (of) => Promise.all([of.list('jobs', 'a=b'), of.list('pods', 'a=b')]),
    watch: (of) => Promise.all((['jobs', 'pods'] as const).map((kind) => drained(of.watch(kind, from, unlimited)))),
    readJob: (of) => of.readJob('one'),
    createJob: (of) => of.createJob({}),
    readService: (of) => of.readService('one'),
    createService: (of) => of.createService({}),
    patchJob: (of) => of.patchJob('one', {}),
    deleteJob: (of) => of.deleteJob('one'),
    forcePod: (of) => of.forcePod('one'),
    warning: (of) => of.warning('uid', unlimited),
    isNodeLost: (of) => of.isNodeLost('one'),
    log: (of) => drained(of.log({ pod: 'one', container: 'trainer', follow: false }, unlimited)),
  };

const live = { metadata: { name: 'churn', resourceVersion: '1', uid: 'u' } };
const manifest = { metadata: { name: 'churn' } } as Manifest;

/** Every method that routers ask with, once; by its type the list is complete. */
const allOfRouters: {
  readonly [method in keyof Objects]: (of: Objects, kind: typeof httpRoute) => Promise<unknown>;
} = {
  read: (of, kind) => of.read(kind, 'churn'),
  create: (of, kind) => of.create(kind, manifest),
  apply: (of, kind) => of.apply(kind, manifest, { version: '1', take: false }),
  own: (of, kind) => of.own(kind, live, { managedFields: [] }),
  remove: (of, kind) => of.remove(kind, live),
};

const from = { selector: 'a=b', version: '1' };
const unlimited = new AbortController().signal;

async function drained(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}

/** A request as role-based access sees it: `get pods/log`. */
function rightFor({ method = '', url = '' }: IncomingMessage): string {
  const { pathname, searchParams } = new URL(url, 'http://cluster');
  const [resource = '', name, sub] = pathname
    .replace(/^\/(api\/v1|apis\/[^/]+\/v1\w*)\/(namespaces\/[^/]+\/)?/, '')
    .split('/');
  const reading = searchParams.has('watch') ? 'watch' : name === undefined ? 'list' : 'get';
  const verbs: { readonly [method: string]: string } = { POST: 'create', PATCH: 'patch', DELETE: 'delete' };
  return `${verbs[method] ?? reading} ${[resource, sub].filter(Boolean).join('/')}`;
}

async function rightsUsed(): Promise<ReadonlySet<string>> {
  const used = new Set<string>();
  await using server = await httpCluster((request) => {
    used.add(rightFor(request));
    const isStream = /watch=true|\/log/.test(request.url ?? '');
    return isStream ? '' : JSON.stringify({ items: [], metadata: { resourceVersion: '1' } });
  });
  const { config } = server;
  const patience = { requestMilliseconds: 5_000, budgetMilliseconds: 0 };
  const cluster = createCluster({ config, namespace: 'n', patience, mask: (line) => line, onRetry: () => undefined });
  for (const ask of Object.values(everything)) await ask(cluster);
  return used;
}

async function rightsOfRouters(): Promise<ReadonlySet<string>> {
  const used = new Set<string>();
  await using server = await httpCluster((request) => {
    used.add(rightFor(request));
    return JSON.stringify(live);
  });
  const objects = createObjects({
    config: server.config,
    namespace: 'n',
    fieldManager: 'laurel',
    patience: { requestMilliseconds: 5_000, budgetMilliseconds: 0 },
    meanwhile: '',
    onRetry: () => undefined,
  });
  for (const kind of [virtualService, destinationRule, httpRoute, inferenceService]) {
    for (const ask of Object.values(allOfRouters)) await ask(objects, kind);
  }
  return used;
}

async function rightsShipped(file: string): Promise<ReadonlySet<string>> {
  const text = await readFile(new URL(`../../../infra/kubernetes/${file}`, import.meta.url), 'utf8');
  const roles = (loadAllYaml(text) as V1Role[]).filter(({ kind }) => kind === 'Role' || kind === 'ClusterRole');
  const rules = roles.flatMap(({ rules: own = [] }) => own);
  return new Set(
    rules.flatMap(({ verbs, resources = [] }) => resources.flatMap((what) => verbs.map((verb) => `${verb} ${what}`))),
  );
}

test('the shipped role has every right that the launcher uses, and no other', async () => {
  expect([...(await rightsShipped('rbac.yaml'))].toSorted()).toEqual([...(await rightsUsed())].toSorted());
});

test('the shipped role for routers has every right that they use, and no other', async () => {
  expect([...(await rightsShipped('router-rbac.yaml'))].toSorted()).toEqual([...(await rightsOfRouters())].toSorted());
});
