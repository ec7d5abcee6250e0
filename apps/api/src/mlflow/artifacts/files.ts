import { open } from 'node:fs/promises';
import { LaurelError } from '@laurel/contracts';
import { type ArtifactPlace, isDigest } from '@laurel/domain';
import type { StoredArtifact } from '@laurel/ports';
import type { FastifyReply } from 'fastify';
import type { ApiPorts } from '../../ports.js';
import { actorOf } from '../registry/found.js';
import type { MlflowByteRoute } from '../route.js';
import { placeAt, writablePlace } from './place.js';
import { withSpoolFile } from './spool.js';
import { storeBody } from './upload.js';

const path = 'mlflow-artifacts/artifacts/*';
/** Files up to this size are sent from memory; larger ones through a file. Both are verified before the first byte. */
const inMemoryBytes = 8 * 1024 * 1024;
/** Fastify's own limit, above any that is set. */
const noLimit = Number.MAX_SAFE_INTEGER;

/** Single files of the artifact store. */
export const fileRoutes: readonly MlflowByteRoute[] = [
  {
    method: 'GET',
    path,
    allow: 'viewer',
    bodyLimit: 1,
    handle: async ({ path, ports, reply }) => {
      const place = placeAt(path.text('*') ?? '');
      const file = place && (await fileAt(ports, place));
      if (file === undefined) throw new LaurelError('NotFound', 'No such artifact');
      return send(ports, file, reply);
    },
  },
  {
    method: 'PUT',
    path,
    allow: 'operator',
    bodyLimit: noLimit,
    handle: async (call) => {
      const { ports, request, reply } = call;
      const place = await writablePlace(call, call.path.text('*') ?? '');
      if (place.path === '') throw new LaurelError('InvalidInput', 'Invalid path: it names no file.');
      const { digest, size } = await storeBody(ports, request);
      await ports.artifacts.put(place.owner, { path: place.path, digest, size }, actorOf(call));
      return reply.send({});
    },
  },
  {
    method: 'DELETE',
    path,
    allow: 'operator',
    bodyLimit: 1_000_000,
    handle: async (call) => {
      const place = await writablePlace(call, call.path.text('*') ?? '');
      await call.ports.artifacts.remove(place.owner, place.path);
      return call.reply.send({});
    },
  },
];

/** The file at a place; those of a package are read from its verified manifest. */
async function fileAt(ports: ApiPorts, { owner, path }: ArtifactPlace): Promise<StoredArtifact | undefined> {
  if (owner.kind !== 'package') return ports.artifacts.find({ kind: owner.kind, id: owner.id }, path);
  return (await packageFiles(ports, owner.id)).find((file) => file.path === path);
}

/** Files of a package; none when there is no such package. Error: `PackageTampered`. */
export async function packageFiles({ packages }: ApiPorts, hex: string): Promise<readonly StoredArtifact[]> {
  const digest = `sha256:${hex}`;
  if (!isDigest(digest)) return [];
  const { manifest } = await packages.open(digest);
  return manifest.files.map(({ path, size, sha256 }) => ({ path, size, digest: `sha256:${sha256}` }));
}

/** Never shown by a browser: what people upload must not run under this origin. */
async function send(ports: ApiPorts, { path, digest, size }: StoredArtifact, reply: FastifyReply): Promise<unknown> {
  const name = encodeURIComponent(path.split('/').at(-1) ?? '').replaceAll("'", '%27');
  reply
    .header('content-type', 'application/octet-stream')
    .header('content-disposition', `attachment; filename*=UTF-8''${name}`)
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('content-length', size)
    .header('etag', `"${digest}"`);
  if (size <= inMemoryBytes) return reply.send(Buffer.from(await ports.objects.get(digest)));
  const file = await withSpoolFile(ports.settings.scratch, async (local) => {
    await ports.objects.getFile(digest, local);
    return open(local);
  });
  // The open handle outlives the name, so nothing stays behind when the process dies.
  return reply.send(file.createReadStream({ highWaterMark: 1024 * 1024 }));
}
