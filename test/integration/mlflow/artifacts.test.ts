import { randomBytes, randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { createS3Store } from '@laurel/objectstore';
import { createAuditAnchors, createKeys } from '@laurel/packages';
import type { ObjectStore } from '@laurel/ports';
import { createPruner } from '@laurel/worker';
import { draftOf } from '../../support/built-package.js';
import { eventually } from '../../support/eventually.js';
import { buildClassifier } from '../../support/onnx-builder.js';
import { type ApiWorld, createApiWorld } from '../api/api-world.js';
import { digestOf } from '../postgres/builders.js';

const endpoint = process.env['LAUREL_TEST_S3_ENDPOINT'];
const limit = 12 * 1024 * 1024;
const stores: readonly (readonly [string, () => Promise<ObjectStore | undefined>])[] = [
  ['a directory', async () => undefined],
  ...(endpoint === undefined ? [] : [['an S3 bucket', () => aBucket(endpoint)] as const]),
];

async function aBucket(at: string): Promise<ObjectStore> {
  const credentials = {
    accessKeyId: process.env['LAUREL_TEST_S3_ACCESS_KEY'] ?? '',
    secretAccessKey: process.env['LAUREL_TEST_S3_SECRET_KEY'] ?? '',
  };
  const client = new S3Client({ endpoint: at, region: 'us-east-1', forcePathStyle: true, credentials });
  const bucket = `artifacts-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
  return createS3Store({ bucket, endpoint: at, credentials });
}

describe.each(stores)('artifacts in %s', (_name, open) => {
  let world: ApiWorld;
  let run: string;
  let root: string;
  beforeAll(async () => {
    const objectStore = await open();
    world = await createApiWorld({ artifactBytes: limit, ...(objectStore === undefined ? {} : { objectStore }) });
    await world.app.listen({ host: '127.0.0.1', port: 0 });
    run = await aRun();
    root = `0/${run}/artifacts`;
  });
  afterAll(() => world.close());

  const base = '/api/2.0/mlflow-artifacts';
  const aRun = async () =>
    (await world.post('/api/2.0/mlflow/runs/create', { experiment_id: '0' })).body.run.info.run_id;
  const put = (path: string, payload: Buffer | string, headers: Record<string, string> = {}) =>
    world.app.inject({
      method: 'PUT',
      url: `${base}/artifacts/${path}`,
      headers: { authorization: `Bearer ${world.keys.operator}`, ...headers },
      payload,
    });
  const fetched = (path: string) =>
    world.app.inject({
      method: 'GET',
      url: `${base}/artifacts/${path}`,
      headers: { authorization: `Bearer ${world.keys.viewer}` },
    });
  const listed = async (path: string) =>
    (await world.get(`${base}/artifacts?${new URLSearchParams({ path }).toString()}`, { as: 'viewer' })).body.files;

  test.each([
    ['application/json', '{"a":1}'],
    ['text/plain', 'héllo'],
    ['application/octet-stream', '\0\x01'],
    ['application/x-www-form-urlencoded', 'a=b'],
    ['multipart/form-data; boundary=x', '--x--'],
    ['application/json', '{not json'],
    ['text/plain', ''],
  ])('bytes sent as %s come back as they were', async (type, content) => {
    const path = `${root}/types/${randomUUID()}/file.bin`;
    expect((await put(path, content, { 'content-type': type })).statusCode).toBe(200);
    const answer = await fetched(path);
    expect(answer.rawPayload).toEqual(Buffer.from(content));
    expect(answer.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': "attachment; filename*=UTF-8''file.bin",
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      etag: `"${digestOf(content)}"`,
    });
  });

  test('large files stream both ways and leave nothing in the scratch folder', async () => {
    const bytes = randomBytes(9 * 1024 * 1024);
    expect((await put(`${root}/large.bin`, bytes)).statusCode).toBe(200);
    expect(Buffer.compare((await fetched(`${root}/large.bin`)).rawPayload, bytes)).toBe(0);
    expect(await readdir(world.ports.settings.scratch)).toEqual([]);
  });

  test('a file that is too large is refused, by its length before and without one while it comes', async () => {
    const declared = await put(`${root}/too-large`, 'x', { 'content-length': String(limit + 1) });
    expect([declared.statusCode, declared.json().error_code]).toEqual([400, 'BAD_REQUEST']);
    expect(await sendChunks(`${base}/artifacts/${root}/too-large`, { chunks: 14, cut: false })).toBe(400);
    expect(await listed(root)).not.toContainEqual(expect.objectContaining({ path: 'too-large' }));
    expect(await readdir(world.ports.settings.scratch)).toEqual([]);
  });

  test('an upload cut half way leaves nothing', async () => {
    await sendChunks(`${base}/artifacts/${root}/cut`, { chunks: 4, cut: true });
    await eventually(
      async () => (await readdir(world.ports.settings.scratch)).length === 0,
      'the scratch folder is empty',
    );
    expect((await fetched(`${root}/cut`)).statusCode).toBe(404);
  });

  test('lists show one level, folders without a size', async () => {
    const own = `0/${await aRun()}/artifacts`;
    for (const path of ['b.txt', 'model/MLmodel', 'model/data/x.bin', 'a b/ü.txt']) {
      await put(`${own}/${path.split('/').map(encodeURIComponent).join('/')}`, 'hello');
    }
    expect(await listed(own)).toEqual([
      { path: 'a b', is_dir: true },
      { path: 'b.txt', is_dir: false, file_size: 5 },
      { path: 'model', is_dir: true },
    ]);
    expect(await listed(`${own}/model`)).toEqual([
      { path: 'MLmodel', is_dir: false, file_size: 5 },
      { path: 'data', is_dir: true },
    ]);
    expect(await listed(`${own}/a b`)).toEqual([{ path: 'ü.txt', is_dir: false, file_size: 5 }]);
    expect(await listed(`${own}/b.txt`)).toEqual([]);
    expect(await listed('')).toEqual([]);
    const ofRun = await world.get(`/api/2.0/mlflow/artifacts/list?run_id=${own.split('/')[1]}&path=model`);
    expect(ofRun.body).toEqual({
      root_uri: `mlflow-artifacts:/${own}`,
      files: [
        { path: 'model/MLmodel', is_dir: false, file_size: 5 },
        { path: 'model/data', is_dir: true },
      ],
    });
  });

  test('a file is replaced, removed alone and with its folder', async () => {
    const own = `0/${await aRun()}/artifacts`;
    await put(`${own}/d/a`, 'first');
    await put(`${own}/d/a`, 'second');
    await put(`${own}/d/b`, 'b');
    await put(`${own}/dx`, 'x');
    expect((await fetched(`${own}/d/a`)).body).toBe('second');
    const remove = (path: string) => world.send('DELETE', `${base}/artifacts/${path}`, { as: 'operator' });
    expect((await remove(`${own}/d/a`)).status).toBe(200);
    expect(await listed(`${own}/d`)).toHaveLength(1);
    expect((await remove(`${own}/d`)).status).toBe(200);
    expect(await listed(own)).toEqual([{ path: 'dx', is_dir: false, file_size: 1 }]);
    expect((await put(`${own}/dx/y`, 'y')).statusCode).toBe(409);
  });

  test.each([
    '..%2f..%2fetc%2fpasswd',
    '../../x',
    '%2e%2e/x',
    '%252e%252e/x',
    '%25252e%25252e/x',
    'a%00b',
    'a%5c..%5cb',
    'C:%5cx',
    '%E2%80%A4%E2%80%A4/x',
    '%EF%BC%8E%EF%BC%8E/x',
    'a%0Ab',
    'a%23b',
    'x'.repeat(2_100),
    `${'x'.repeat(300)}/y`,
  ])('the path %j is refused for reading, writing, removing and listing', async (path) => {
    const answers = [
      await put(`${root}/${path}`, 'x'),
      await fetched(`${root}/${path}`),
      await world.app.inject({
        method: 'DELETE',
        url: `${base}/artifacts/${root}/${path}`,
        headers: { authorization: `Bearer ${world.keys.operator}` },
      }),
      await world.app.inject({
        method: 'GET',
        url: `${base}/artifacts?path=${root}/${path}`,
        headers: { authorization: `Bearer ${world.keys.viewer}` },
      }),
    ];
    for (const answer of answers) {
      expect([400, 404]).toContain(answer.statusCode);
      expect(answer.json().error_code).toMatch(/INVALID_PARAMETER_VALUE|ENDPOINT_NOT_FOUND|RESOURCE_DOES_NOT_EXIST/);
    }
    expect((await world.db.query(`select path from artifacts where path ~ '\\.\\.|passwd'`)).length).toBe(0);
  });

  test('nobody writes into what is not there, not theirs, deleted or registered', async () => {
    const other = await aRun();
    await world.post('/api/2.0/mlflow/runs/delete', { run_id: other });
    const id = 'a'.repeat(32);
    const refused = await Promise.all(
      [
        `0/${'f'.repeat(32)}/artifacts/x`,
        `1/${run}/artifacts/x`,
        `0/${other}/artifacts/x`,
        `0/${run}/x`,
        `versions/${id}/artifacts/x`,
        `packages/${id}${id}/artifacts/x`,
        'x',
        `0/../${run}/artifacts/x`,
      ].map(async (path) => (await put(path, 'x')).statusCode),
    );
    expect(refused).toEqual([404, 404, 404, 400, 403, 403, 400, expect.any(Number)]);
    expect(refused.at(-1)).toBeGreaterThanOrEqual(400);
    const viewer = await world.app.inject({
      method: 'PUT',
      url: `${base}/artifacts/${root}/x`,
      headers: { authorization: `Bearer ${world.keys.viewer}` },
      payload: 'x',
    });
    expect(viewer.statusCode).toBe(403);
    expect((await world.app.inject({ method: 'GET', url: `${base}/artifacts/${root}/x` })).statusCode).toBe(401);
  });

  test('an upload in parts becomes one file; a wrong, a missing and a foreign part do not', async () => {
    const bytes = randomBytes(5 * 1024 * 1024 + 17);
    const created = await world.post(`${base}/mpu/create/${root}/parts`, { path: '/home/me/big.bin', num_parts: 2 });
    const { upload_id, credentials } = created.body;
    const sent = await Promise.all(
      credentials.map(async ({ url, part_number }: { url: string; part_number: number }) => {
        const payload = part_number === 1 ? bytes.subarray(0, 5 * 1024 * 1024) : bytes.subarray(5 * 1024 * 1024);
        const answer = await world.app.inject({ method: 'PUT', url: new URL(url).pathname, payload });
        return { part_number, etag: answer.headers.etag, url };
      }),
    );
    const finish = (parts: unknown, at = `${root}/parts`) =>
      world.post(`${base}/mpu/complete/${at}`, { path: '/home/me/big.bin', upload_id, parts });
    expect((await finish(sent.slice(0, 1))).status).toBe(400);
    expect((await finish(sent.map((part) => ({ ...part, etag: '"x"' })))).status).toBe(400);
    expect((await finish(sent, `0/${await aRun()}/artifacts/parts`)).status).toBe(404);
    expect((await fetched(`${root}/parts/big.bin`)).statusCode).toBe(404);
    expect((await finish(sent)).status).toBe(200);
    expect(Buffer.compare((await fetched(`${root}/parts/big.bin`)).rawPayload, bytes)).toBe(0);
    expect((await finish(sent)).status).toBe(404);
    expect(await world.ports.objects.listNamed('uploads/')).toEqual([]);
    const aborted = await world.post(`${base}/mpu/create/${root}/parts`, { path: 'gone.bin', num_parts: 1 });
    const path = new URL(aborted.body.credentials[0].url).pathname;
    await world.post(`${base}/mpu/abort/${root}/parts`, { path: 'gone.bin', upload_id: aborted.body.upload_id });
    expect((await world.app.inject({ method: 'PUT', url: path, payload: 'x' })).statusCode).toBe(404);
    const stale = await world.post(`${base}/mpu/create/${root}`, { path: 'stale.bin', num_parts: 1 });
    await world.db.query("update artifact_uploads set started_at = now() - interval '25 hours'");
    const late = new URL(stale.body.credentials[0].url).pathname;
    expect((await world.app.inject({ method: 'PUT', url: late, payload: 'x' })).statusCode).toBe(404);
    expect((await world.post(`${base}/mpu/create/${root}`, { path: 'x', num_parts: 10_001 })).status).toBe(400);
    expect((await world.post(`${base}/mpu/create/${root}/..%2f..`, { path: 'x', num_parts: 1 })).status).toBe(400);
  });

  test('parts that nobody completed are removed after a day, those of an upload that goes on are not', async () => {
    const begin = async (name: string) => {
      const created = await world.post(`${base}/mpu/create/${root}/late`, { path: name, num_parts: 2 });
      const url = new URL(created.body.credentials[0].url).pathname;
      expect((await world.app.inject({ method: 'PUT', url, payload: name })).statusCode).toBe(200);
      return String(created.body.upload_id);
    };
    const left = await begin('left.bin');
    const open = await begin('open.bin');
    await world.db.query(`update artifact_uploads set started_at = now() - interval '25 hours' where id = '${left}'`);
    const { objects, logger } = world.ports;
    const auditAnchors = createAuditAnchors({ objectStore: objects, keys: createKeys() });
    const day = 86_400_000;
    const keep = { audit: 365 * day, events: 30 * day, traffic: 90 * day, feedback: 397 * day };
    await createPruner({ ...world.db, objects, auditAnchors }, logger, keep).pass();
    expect(await objects.listNamed('uploads/')).toEqual([expect.stringContaining(`uploads/${open}/1-`)]);
    expect(await world.db.artifacts.findUpload(open)).toBeDefined();
    expect(await world.db.query('select from artifact_parts')).toHaveLength(1);
  });

  test('presigned URLs are refused in MLflow’s form', async () => {
    const { status, body } = await world.get(`${base}/presigned/${root}/large.bin`);
    expect([status, body.error_code]).toEqual([501, 'NOT_IMPLEMENTED']);
  });

  test('bytes that were changed in the store are not sent', async () => {
    await world.db.artifacts.put(
      { kind: 'run', id: run },
      { path: 'lost', digest: digestOf('never stored'), size: 5 },
      'test',
    );
    expect((await fetched(`${root}/lost`)).statusCode).toBeGreaterThanOrEqual(404);
  });

  test('a package is read through its signed manifest', async () => {
    const model = buildClassifier({ inputs: ['tenure'], weights: [-1], bias: 0, classes: ['No', 'Yes'] });
    const digest = await world.packages.publish(draftOf(model, 'churn'), {
      MLmodel: Buffer.from('flavors: {}'),
      'sub/model.onnx': Buffer.from('graph'),
    });
    const at = `packages/${digest.slice(7)}/artifacts`;
    expect(await listed(at)).toEqual([
      { path: 'MLmodel', is_dir: false, file_size: 11 },
      { path: 'sbom.json', is_dir: false, file_size: expect.any(Number) },
      { path: 'sub', is_dir: true },
    ]);
    expect((await fetched(`${at}/sub/model.onnx`)).body).toBe('graph');
    expect((await fetched(`${at}/absent`)).statusCode).toBe(404);
    expect((await fetched(`packages/${'0'.repeat(64)}/artifacts/MLmodel`)).statusCode).toBe(404);
  });

  /** Sends megabytes without a length; `cut` leaves the last out and drops the connection. */
  function sendChunks(path: string, { chunks, cut }: { readonly chunks: number; readonly cut: boolean }) {
    return new Promise<number>((resolve) => {
      const { port } = world.app.getHttpServer().address() as { port: number };
      const sending = httpRequest({
        port,
        host: '127.0.0.1',
        agent: false,
        method: 'PUT',
        path,
        headers: { authorization: `Bearer ${world.keys.operator}`, 'transfer-encoding': 'chunked' },
      });
      sending.on('response', (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      });
      sending.on('error', () => resolve(400));
      const megabyte = Buffer.alloc(1024 * 1024, 1);
      const next = (left: number): void => {
        if (left > 0) sending.write(megabyte, () => next(left - 1));
        else if (cut) sending.destroy();
        else sending.end();
      };
      next(chunks);
      if (cut) sending.on('close', () => resolve(0));
    });
  }
});
