import { randomBytes } from 'node:crypto';
import { LaurelError } from '@laurel/contracts';
import type { ArtifactUpload } from '@laurel/ports';
import { actorOf } from '../registry/found.js';
import type { MlflowByteRoute, MlflowCall, MlflowRoute } from '../route.js';
import { joinParts, removeParts, storePart } from './parts.js';
import { writablePlace } from './place.js';

/** Parts of one upload; S3's limit. */
const mostParts = 10_000;

/** Uploads in parts: a part lies under a name of its own until all are there and become one object. */
export const multipartRoutes: readonly MlflowRoute[] = [
  { method: 'POST', path: 'mlflow-artifacts/mpu/create/*', allow: 'operator', answer: create },
  { method: 'POST', path: 'mlflow-artifacts/mpu/complete/*', allow: 'operator', answer: complete },
  {
    method: 'POST',
    path: 'mlflow-artifacts/mpu/abort/*',
    allow: 'operator',
    answer: async (call) => {
      const upload = await call.ports.artifacts.findUpload(call.args.demandText('upload_id'));
      if (upload !== undefined) {
        await demandSamePath(call, upload);
        await call.ports.artifacts.endUpload(upload.id);
        await removeParts(call.ports, upload.id);
      }
      return {};
    },
  },
];

/** The client sends parts without its key, as to a presigned URL: knowing the upload's 256-bit id is the permission. */
export const partRoutes: readonly MlflowByteRoute[] = [
  {
    method: 'PUT',
    path: 'mlflow-artifacts/mpu/parts/:upload/:part',
    allow: 'anonymous',
    bodyLimit: Number.MAX_SAFE_INTEGER,
    handle: async ({ path, ports, request, reply }) => {
      const upload = await ports.artifacts.findUpload(path.demandText('upload'));
      if (upload === undefined) throw noUpload();
      const part = Number(path.demandText('part'));
      if (!Number.isInteger(part) || part < 1 || part > upload.parts) {
        throw path.invalid('part', `the upload has parts 1 to ${upload.parts}`);
      }
      const stored = await storePart(ports, request, { upload: upload.id, part });
      await ports.artifacts.putPart(upload.id, stored);
      return reply.header('etag', `"${stored.digest}"`).send({});
    },
  },
];

async function create(call: MlflowCall): Promise<object> {
  const { args, ports, request } = call;
  const parts = args.demandInteger('num_parts');
  if (parts < 1 || parts > mostParts) throw args.invalid('num_parts', `it must be 1 to ${mostParts}`);
  const { owner, path } = await targetOf(call);
  const id = randomBytes(32).toString('hex');
  await ports.artifacts.beginUpload({ id, owner, path, parts }, actorOf(call));
  const root = `${request.protocol}://${request.host}/api/2.0/mlflow-artifacts/mpu/parts/${id}`;
  const credentials = Array.from({ length: parts }, (_, index) => ({
    url: `${root}/${index + 1}`,
    part_number: index + 1,
    headers: {},
  }));
  return { upload_id: id, credentials };
}

async function complete(call: MlflowCall): Promise<object> {
  const { args, ports } = call;
  const upload = await ports.artifacts.findUpload(args.demandText('upload_id'));
  if (upload === undefined) throw noUpload();
  await demandSamePath(call, upload);
  const stored = await ports.artifacts.parts(upload.id);
  const digests = new Map(stored.map(({ part, digest }) => [part, digest]));
  const said = new Map(args.messages('parts').map((part) => [part.demandInteger('part_number'), part.text('etag')]));
  const missing = Array.from({ length: upload.parts }, (_, index) => index + 1).find((number) => {
    const digest = digests.get(number);
    return digest === undefined || said.get(number) !== `"${digest}"`;
  });
  if (missing !== undefined) throw args.invalid('parts', `part ${missing} is missing, or is not the one that was sent`);
  const whole = await joinParts(ports, upload.id, stored);
  await ports.artifacts.put(upload.owner, { path: upload.path, ...whole }, actorOf(call));
  await ports.artifacts.endUpload(upload.id);
  await removeParts(ports, upload.id);
  return {};
}

/** The folder is in the path of the call, the file's name at the end of the caller's own path. */
async function targetOf(call: MlflowCall) {
  const { args, path } = call;
  const name = args.demandText('path').split(/[/\\]/).at(-1) ?? '';
  const place = await writablePlace(call, `${path.text('*') ?? ''}/${name}`);
  if (name === '' || place.path === '') throw args.invalid('path', 'it names no file');
  return place;
}

/** An upload ends where it began. */
async function demandSamePath(call: MlflowCall, upload: ArtifactUpload): Promise<void> {
  const { owner, path } = await targetOf(call);
  if (owner.kind !== upload.owner.kind || owner.id !== upload.owner.id || path !== upload.path) throw noUpload();
}

function noUpload(): LaurelError {
  return new LaurelError('NotFound', 'There is no such upload; start it again.');
}
