import { setTimeout as delay } from 'node:timers/promises';
import type { CoreV1Event, KubeConfig, V1Job, V1Node, V1Pod, V1Service } from '@kubernetes/client-node';
import { isLaurelError } from '@laurel/contracts';
import { unlessAbsent } from './api-failures.js';
import { linesOf } from './log-lines.js';
import { type Insistence, insistently, type Patience } from './retry.js';
import { type ApiRequest, createTransport, type Transport } from './transport.js';

/** Kinds that the launcher lists and watches. */
export type Watched = 'jobs' | 'pods';

interface ObjectList<T> {
  readonly items: readonly T[];
  /** Where watching goes on. */
  readonly version: string;
}

export type WatchEvent =
  | { readonly type: 'ADDED' | 'BOOKMARK' | 'DELETED' | 'MODIFIED'; readonly object: V1Job | V1Pod }
  | { readonly type: 'ERROR'; readonly object: { readonly code?: number; readonly message?: string } };

interface LogRequest {
  readonly pod: string;
  readonly container: string;
  readonly follow: boolean;
  readonly sinceTime?: string | undefined;
  readonly tailLines?: number;
}

export interface ClusterOptions {
  readonly config: KubeConfig;
  readonly namespace: string;
  readonly patience: Patience;
  /** Takes secrets out of a line of a log. */
  readonly mask: (line: string) => string;
  readonly onRetry: NonNullable<Insistence['onRetry']>;
}

/** One namespace of a cluster, as the launcher needs it. Every call waits for the API server as long as patience lasts. */
export interface Cluster {
  list<T extends V1Job | V1Pod>(kind: Watched, selector: string, signal?: AbortSignal): Promise<ObjectList<T>>;
  /** Events from `version` on, until the server closes; errors are the transport's own. */
  watch(
    kind: Watched,
    from: { readonly selector: string; readonly version: string },
    signal: AbortSignal,
  ): AsyncIterable<WatchEvent>;
  readJob(name: string): Promise<V1Job | undefined>;
  createJob(job: V1Job): Promise<V1Job>;
  readService(name: string): Promise<V1Service | undefined>;
  createService(service: V1Service): Promise<void>;
  /** Merge patch. Error: `Conflict` when the patch names another `resourceVersion` than the Job has. */
  patchJob(name: string, patch: object): Promise<V1Job>;
  /** Deletes the Job and, with it, its pods and what else it owns. Harmless when it is not there. */
  deleteJob(name: string): Promise<void>;
  /** Ends a pod at once, without waiting for its node. */
  forcePod(name: string): Promise<void>;
  /** The newest warning about an object, in the cluster's words. */
  warning(uid: string, signal: AbortSignal): Promise<string | null>;
  /** Whether a node is gone or no longer ready; `false` where Laurel may not read nodes. */
  isNodeLost(name: string): Promise<boolean>;
  /** A moment between two looks at what changes by itself. */
  pause(): Promise<void>;
  /** Takes secrets out of a line that a container printed and that did not come through `log`. */
  mask(line: string): string;
  /** A container's log without secrets, timestamps first; errors are the transport's own. */
  log(request: LogRequest, signal: AbortSignal): AsyncIterable<string>;
}

/** Longest time without a sign on a watch: the server closes it then, and the launcher when it did not. */
const watchSeconds = 50;
const watchGraceMilliseconds = 15_000;
const pauseMilliseconds = 250;

export function createCluster({ config, namespace, patience, mask, onRetry }: ClusterOptions): Cluster {
  const transport = createTransport(config);
  const core = `/api/v1/namespaces/${namespace}`;
  const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`;
  const paths = { jobs, pods: `${core}/pods` } as const;

  function ask<T>(what: string, request: Omit<ApiRequest, 'signal'>, signal?: AbortSignal): Promise<T> {
    const insistence = { what, patience, onRetry, ...(signal === undefined ? {} : { signal }) };
    return insistently((each) => transport.json<T>({ ...request, signal: each }), insistence);
  }

  return {
    list: async <T extends V1Job | V1Pod>(
      kind: Watched,
      selector: string,
      signal?: AbortSignal,
    ): Promise<ObjectList<T>> => {
      const request = { method: 'GET', path: paths[kind], query: { labelSelector: selector } } as const;
      const found = await ask<RawList<T>>(`list ${kind} of namespace ${namespace}`, request, signal);
      return { items: found.items, version: found.metadata.resourceVersion };
    },
    watch: (kind, { selector, version }, signal) => watchObjects(transport, paths[kind], { selector, version, signal }),
    readJob: (name) => unlessAbsent(ask<V1Job>(`read Job ${name}`, { method: 'GET', path: `${jobs}/${name}` })),
    createJob: (job) =>
      ask(`create Job ${job.metadata?.name ?? ''} in namespace ${namespace}`, {
        method: 'POST',
        path: jobs,
        body: job,
      }),
    readService: (name) =>
      unlessAbsent(ask<V1Service>(`read Service ${name}`, { method: 'GET', path: `${core}/services/${name}` })),
    createService: (service) =>
      ask(`create Service ${service.metadata?.name ?? ''} in namespace ${namespace}`, {
        method: 'POST',
        path: `${core}/services`,
        body: service,
      }),
    patchJob: (name, body) => ask(`change Job ${name}`, { method: 'PATCH', path: `${jobs}/${name}`, body }),
    deleteJob: async (name) => {
      const body = { propagationPolicy: 'Foreground' };
      await unlessAbsent(ask(`delete Job ${name}`, { method: 'DELETE', path: `${jobs}/${name}`, body }));
    },
    forcePod: async (name) => {
      const body = { gracePeriodSeconds: 0 };
      await unlessAbsent(ask(`delete Pod ${name}`, { method: 'DELETE', path: `${core}/pods/${name}`, body }));
    },
    warning: async (uid, signal) => {
      const query = { fieldSelector: `involvedObject.uid=${uid},type=Warning` };
      const request = { method: 'GET', path: `${core}/events`, query } as const;
      const { items } = await ask<RawList<CoreV1Event>>(`list events of namespace ${namespace}`, request, signal);
      return items.toSorted((a, b) => timeOf(a) - timeOf(b)).at(-1)?.message ?? null;
    },
    isNodeLost: async (name) => {
      try {
        const node = await unlessAbsent(
          ask<V1Node>(`read Node ${name}`, { method: 'GET', path: `/api/v1/nodes/${name}` }),
        );
        return node?.status?.conditions?.find(({ type }) => type === 'Ready')?.status !== 'True';
      } catch (error) {
        if (isLaurelError(error) && error.code === 'Forbidden') return false;
        throw error;
      }
    },
    pause: () => delay(pauseMilliseconds),
    mask,
    log: (request, signal) => readLog(transport, core, { ...request, mask, signal }),
  };
}

interface RawList<T> {
  readonly items: readonly T[];
  readonly metadata: { readonly resourceVersion: string };
}

async function* watchObjects(
  transport: Transport,
  path: string,
  { selector, version, signal }: { readonly selector: string; readonly version: string; readonly signal: AbortSignal },
): AsyncIterable<WatchEvent> {
  const query = {
    watch: true,
    labelSelector: selector,
    resourceVersion: version,
    allowWatchBookmarks: true,
    timeoutSeconds: watchSeconds,
  };
  const patience = AbortSignal.timeout(watchSeconds * 1_000 + watchGraceMilliseconds);
  const each = AbortSignal.any([signal, patience]);
  const stream = await transport.stream({ method: 'GET', path, query, signal: each });
  for await (const line of linesOf(stream, Number.POSITIVE_INFINITY)) {
    if (line !== '') yield JSON.parse(line) as WatchEvent;
  }
}

async function* readLog(
  transport: Transport,
  core: string,
  from: LogRequest & { readonly mask: (line: string) => string; readonly signal: AbortSignal },
): AsyncIterable<string> {
  const { pod, container, follow, sinceTime, tailLines, mask, signal } = from;
  const query = { container, follow, timestamps: true, sinceTime, tailLines };
  const lines = linesOf(await transport.stream({ method: 'GET', path: `${core}/pods/${pod}/log`, query, signal }));
  for await (const line of lines) yield mask(line);
}

function timeOf({ lastTimestamp, eventTime }: CoreV1Event): number {
  return new Date(lastTimestamp ?? eventTime ?? 0).getTime();
}
