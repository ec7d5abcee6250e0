import type { KubernetesSettings } from '../settings.js';
import { byteQuantity } from './quantities.js';

/** What keeps the bytes near the trainers. */
type FluidRuntime = 'alluxio' | 'jindo';

export interface FluidCache {
  /** Of the `Dataset`, the runtime and the claim that Fluid makes of them: `settings.datasetClaim`. */
  readonly name: string;
  readonly runtime: FluidRuntime;
  /** Nodes that cache. */
  readonly replicas: number;
  /** Memory that each of them gives. */
  readonly bytes: number;
}

export interface FluidManifest {
  readonly apiVersion: 'data.fluid.io/v1alpha1';
  readonly kind: 'AlluxioRuntime' | 'Dataset' | 'JindoRuntime';
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: object;
}

/** Names of a store's options, which Fluid hands to the runtime. */
const options = {
  alluxio: {
    endpoint: 'alluxio.underfs.s3.endpoint',
    region: 'alluxio.underfs.s3.region',
    keyId: 'aws.accessKeyId',
    key: 'aws.secretKey',
  },
  jindo: {
    endpoint: 'fs.s3.endpoint',
    region: 'fs.s3.region',
    keyId: 'fs.s3.accessKeyId',
    key: 'fs.s3.accessKeySecret',
  },
} as const;

/**
 * Fluid's `Dataset` over the object store and the runtime that caches it on the nodes. The init step finds each object of
 * the data set there under the key that it has in the store, and verifies it.
 */
export function fluidManifests(cache: FluidCache, settings: KubernetesSettings): readonly FluidManifest[] {
  const metadata = { name: cache.name, namespace: settings.namespace };
  const apiVersion = 'data.fluid.io/v1alpha1';
  return [
    { apiVersion, kind: 'Dataset', metadata, spec: datasetSpec(cache, settings) },
    {
      apiVersion,
      kind: cache.runtime === 'alluxio' ? 'AlluxioRuntime' : 'JindoRuntime',
      metadata,
      spec: {
        replicas: cache.replicas,
        tieredstore: {
          levels: [{ mediumtype: 'MEM', path: '/dev/shm', quota: byteQuantity(cache.bytes), high: '0.95', low: '0.7' }],
        },
      },
    },
  ];
}

function datasetSpec({ name, runtime }: FluidCache, { objectStore }: KubernetesSettings): object {
  const url = URL.parse(objectStore.url);
  const query = url?.searchParams;
  const names = options[runtime];
  const given = [
    [names.endpoint, query?.get('endpoint')],
    [names.region, query?.get('region')],
  ].filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  const { claim, secret } = objectStore;
  return {
    accessModes: ['ReadOnlyMany'],
    mounts: [
      {
        name,
        mountPoint: claim === null ? `${url?.protocol}//${url?.host}${url?.pathname}` : `pvc://${claim}`,
        path: '/',
        readOnly: true,
        ...(given.length === 0 ? {} : { options: Object.fromEntries(given) }),
        ...(secret === null ? {} : { encryptOptions: credentialsIn(secret, names) }),
      },
    ],
  };
}

function credentialsIn(secret: string, { keyId, key }: (typeof options)[FluidRuntime]): readonly object[] {
  return [
    { name: keyId, valueFrom: { secretKeyRef: { name: secret, key: 'AWS_ACCESS_KEY_ID' } } },
    { name: key, valueFrom: { secretKeyRef: { name: secret, key: 'AWS_SECRET_ACCESS_KEY' } } },
  ];
}
