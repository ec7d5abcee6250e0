import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { createDirectoryStore, createS3Store, openObjectStore } from '@laurel/objectstore';
import { mayMount } from '../../support/e2e-installation.js';

const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'laurel-large-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const endpoint = process.env['LAUREL_TEST_S3_ENDPOINT'];
const withS3 = endpoint === undefined ? test.skip : test;

withS3('a file above the size of a part goes up in parts and comes down whole', async () => {
  const credentials = {
    accessKeyId: process.env['LAUREL_TEST_S3_ACCESS_KEY'] ?? '',
    secretAccessKey: process.env['LAUREL_TEST_S3_SECRET_KEY'] ?? '',
  };
  const bucket = `large-${randomUUID()}`;
  const client = new S3Client({ endpoint: endpoint ?? '', region: 'us-east-1', forcePathStyle: true, credentials });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const store = createS3Store({ bucket, endpoint: endpoint ?? '', credentials });
  const path = join(folder, 'large.bin');
  await writeFile(path, randomBytes(70 * 1024 * 1024));
  const { digest, size } = await store.putFile(path);
  expect(size).toBe(70 * 1024 * 1024);
  await store.getFile(digest, join(folder, 'back.bin'));
  expect((await store.putFile(join(folder, 'back.bin'))).digest).toBe(digest);
  client.destroy();
});

test('a server that is not there is DependencyUnavailable', async () => {
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const store = createS3Store({ bucket: 'nobody', endpoint: 'http://127.0.0.1:1', credentials });
  await expect(store.has(`sha256:${'0'.repeat(64)}`)).rejects.toMatchObject({ code: 'DependencyUnavailable' });
});

const withSmallDisk = mayMount() ? test : test.skip;

withSmallDisk('a full disk is StorageFull and leaves no part of a file behind (needs leave to mount)', async () => {
  const root = join(folder, 'small');
  await run('sh', ['-c', `mkdir -p ${root} && mount -t tmpfs -o size=256k tmpfs ${root}`]);
  try {
    const store = createDirectoryStore({ root });
    const small = await store.put(new Uint8Array(10_000));
    await expect(store.put(new Uint8Array(1_000_000))).rejects.toMatchObject({ code: 'StorageFull' });
    await expect(store.putNamed('big', new Uint8Array(1_000_000))).rejects.toMatchObject({ code: 'StorageFull' });
    expect(await readdir(join(root, '.staging'))).toEqual([]);
    expect((await store.get(small)).byteLength).toBe(10_000);
  } finally {
    await run('umount', [root]);
  }
});

test('a store is opened by its URL', async () => {
  const store = openObjectStore(`file://${folder}/by-url`);
  expect(await store.putNamed('a/b', new Uint8Array([1]))).toBe(true);
  expect(await createDirectoryStore({ root: join(folder, 'by-url') }).listNamed('a/')).toEqual(['a/b']);
  expect(openObjectStore('s3://bucket/some/prefix?endpoint=http://127.0.0.1:9000')).toBeDefined();
});

test.each(['', 'ftp://host/x', '/just/a/path', 's3:///prefix', 'file://host/folder'])('%j names no store', (url) => {
  expect(() => openObjectStore(url)).toThrow(expect.objectContaining({ code: 'InvalidInput' }) as Error);
});
