import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type {
  CoreV1Api,
  V1Container,
  V1DownwardAPIVolumeFile,
  V1KeyToPath,
  V1Pod,
  V1Volume,
  V1VolumeProjection,
} from '@kubernetes/client-node';
import { expand, fieldOf, resourceOf } from './environment.js';
import { configMapData, secretData } from './objects.js';

type Files = ReadonlyMap<string, Buffer | string>;

/** Folder behind each volume of a pod, made below `folder`. Error: a reference that leads nowhere, a kind that is not known. */
export async function makeVolumes(
  core: CoreV1Api,
  { pod, folder }: { readonly pod: V1Pod; readonly folder: string },
): Promise<ReadonlyMap<string, string>> {
  const places = new Map<string, string>();
  for (const volume of pod.spec?.volumes ?? []) {
    const own = join(folder, 'volumes', volume.name);
    places.set(volume.name, await placeOf(core, pod, { volume, own }));
  }
  return places;
}

/** Mount paths of a container and the folders behind them; `/dev/shm` stays the machine's own. */
export function mountsOf(
  container: V1Container,
  volumes: ReadonlyMap<string, string>,
  variables: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const mounts = (container.volumeMounts ?? []).filter(({ mountPath }) => mountPath !== '/dev/shm');
  return new Map(
    mounts.map(({ name, mountPath, subPath, subPathExpr }) => {
      const below = subPathExpr === undefined ? (subPath ?? '') : expand(subPathExpr, variables);
      const place = join(volumes.get(name) ?? '', below);
      if (below !== '') mkdirSync(place, { recursive: true });
      return [mountPath.replace(/(.)\/$/, '$1'), place];
    }),
  );
}

type Wanted = { readonly volume: V1Volume; readonly own: string };

async function placeOf(core: CoreV1Api, pod: V1Pod, { volume, own }: Wanted): Promise<string> {
  if (volume.hostPath) return ready(volume.hostPath.path);
  if (volume.persistentVolumeClaim) return claimed(core, pod, volume.persistentVolumeClaim.claimName);
  const files = await filesOf(core, pod, volume);
  if (files === null) throw new Error(`the node agent has no volumes of the kind of "${volume.name}"`);
  rmSync(own, { recursive: true, force: true });
  mkdirSync(own, { recursive: true });
  for (const [path, content] of files) {
    mkdirSync(dirname(join(own, path)), { recursive: true });
    writeFileSync(join(own, path), content);
  }
  return own;
}

function ready(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}

/** Files that a volume begins with; null when nobody here knows such a volume. */
async function filesOf(core: CoreV1Api, pod: V1Pod, volume: V1Volume): Promise<Files | null> {
  const namespace = pod.metadata?.namespace ?? '';
  const { emptyDir, configMap, secret, projected, downwardAPI } = volume;
  if (emptyDir) return new Map();
  if (configMap) {
    const { name = '', optional, items } = configMap;
    return chosen(await configMapData(core, { namespace, name, optional }), items);
  }
  if (secret) {
    const { secretName: name = '', optional, items } = secret;
    return chosen(await secretData(core, { namespace, name, optional }), items);
  }
  if (downwardAPI) return described(pod, downwardAPI.items ?? []);
  if (!projected) return null;
  const parts = await Promise.all((projected.sources ?? []).map((source) => projectedFiles(core, pod, source)));
  return new Map(parts.flatMap((part) => [...part]));
}

async function projectedFiles(core: CoreV1Api, pod: V1Pod, source: V1VolumeProjection): Promise<Files> {
  const namespace = pod.metadata?.namespace ?? '';
  const { configMap, secret, downwardAPI, serviceAccountToken } = source;
  if (configMap) {
    const { name = '', optional, items } = configMap;
    return chosen(await configMapData(core, { namespace, name, optional }), items);
  }
  if (secret) {
    const { name = '', optional, items } = secret;
    return chosen(await secretData(core, { namespace, name, optional }), items);
  }
  if (downwardAPI) return described(pod, downwardAPI.items ?? []);
  if (!serviceAccountToken) throw new Error('the node agent does not know this source of a projected volume');
  const { audience, expirationSeconds, path } = serviceAccountToken;
  const spec = { audiences: audience === undefined ? [] : [audience], expirationSeconds: expirationSeconds ?? 3_600 };
  const name = pod.spec?.serviceAccountName ?? 'default';
  const asked = await core.createNamespacedServiceAccountToken({ namespace, name, body: { spec } });
  return new Map([[path, asked.status?.token ?? '']]);
}

function chosen(data: ReadonlyMap<string, Buffer>, items: readonly V1KeyToPath[] | undefined): Files {
  if (items === undefined || items.length === 0) return data;
  return new Map(
    items.map(({ key, path }) => {
      const content = data.get(key);
      if (content === undefined) throw new Error(`references non-existent config key: ${key}`);
      return [path, content];
    }),
  );
}

function described(pod: V1Pod, items: readonly V1DownwardAPIVolumeFile[]): Files {
  return new Map(
    items.map(({ path, fieldRef, resourceFieldRef }) => {
      if (fieldRef) return [path, described1(pod, fieldRef.fieldPath)];
      const container = pod.spec?.containers.find(({ name }) => name === resourceFieldRef?.containerName);
      if (container === undefined) throw new Error(`${path}: no container ${resourceFieldRef?.containerName ?? ''}`);
      return [path, resourceOf(container, resourceFieldRef?.resource ?? '', resourceFieldRef?.divisor)];
    }),
  );
}

/** As a file, all labels or annotations of a pod are allowed too: `name="value"` lines. */
function described1(pod: V1Pod, path: string): string {
  if (path !== 'metadata.labels' && path !== 'metadata.annotations') return fieldOf(pod, path);
  const map = path === 'metadata.labels' ? pod.metadata?.labels : pod.metadata?.annotations;
  return Object.entries(map ?? {})
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join('\n');
}

async function claimed(core: CoreV1Api, pod: V1Pod, name: string): Promise<string> {
  const claim = await core.readNamespacedPersistentVolumeClaim({ namespace: pod.metadata?.namespace ?? '', name });
  const volume = await core.readPersistentVolume({ name: claim.spec?.volumeName ?? '' });
  const path = volume.spec?.hostPath?.path;
  if (path === undefined) throw new Error(`the claim ${name} is bound to a volume that is no folder of this machine`);
  return ready(path);
}
