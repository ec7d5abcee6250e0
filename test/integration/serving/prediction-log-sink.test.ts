import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { findToolchain, freePortNumbers } from '@laurel/dev';
import { createDirectoryStore, createS3Store } from '@laurel/objectstore';
import { expire } from '@laurel/serving';
import { createGroupCommit } from '../../../apps/serving/src/log/group-commit.js';
import { createPredictionLog, defaultLogSettings } from '../../../apps/serving/src/log/prediction-log.js';
import { magic } from '../../../apps/serving/src/log/segment-format.js';
import { fileNameOf } from '../../../apps/serving/src/log/segment-name.js';
import { createSegmentWriter } from '../../../apps/serving/src/log/segment-writer.js';
import { shipFolder } from '../../../apps/serving/src/log/ship-folder.js';
import { createShipper } from '../../../apps/serving/src/log/shipper.js';
import { mayMount } from '../../support/e2e-installation.js';
import { eventually } from '../../support/eventually.js';
import {
  blockOf,
  churnOutputs,
  floatColumns,
  modelOf,
  nine,
  servedOf,
  splitOf,
  twoClasses,
} from '../../unit/serving/log-entries.js';
import { openLog } from './prediction-log-files.js';

const name = 'host-1-0123abcd';
const silent = { info: () => undefined, warn: () => undefined };
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'laurel-sink-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const inputs = floatColumns(['tenure'], 1, () => 1);
const outputs = churnOutputs([0.75]);
const model = modelOf(inputs, outputs, twoClasses);
const aRequest = (at = Date.now()) => servedOf({ split: splitOf(), model, inputs, outputs, at });
const idsOf = (requests: readonly ReturnType<typeof aRequest>[]) =>
  requests.map(({ answer }) => answer?.ids.at(0) ?? '').toSorted((one, other) => one.localeCompare(other));

async function writeSegments(
  folder: string,
  segments: readonly (readonly ReturnType<typeof aRequest>[])[],
  writer = createSegmentWriter({ folder, process: name }),
): Promise<void> {
  for (const requests of segments) {
    await writer.write(blockOf(requests));
    await writer.rotate('any');
  }
}

/** A server of S3 that a test stops and starts. */
async function startS3(binary: string, port: number, keys: { readonly accessKey: string; readonly secretKey: string }) {
  const folders = ['buckets', 'metadata'].map((folder) => join(root, 's3', folder));
  for (const folder of folders) await mkdir(folder, { recursive: true });
  const [buckets = '', metadata = ''] = folders;
  const child: ChildProcess = spawn(
    binary,
    ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', '--sidecar', metadata, buckets],
    {
      stdio: 'ignore',
      env: { ...process.env, ROOT_ACCESS_KEY: keys.accessKey, ROOT_SECRET_KEY: keys.secretKey },
    },
  );
  await eventually(() => accepts(port), 'the S3 server listens', 30_000);
  return {
    stop: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const say = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', say(true)).once('error', say(false));
  });
}

const { versitygw } = findToolchain();
const withS3 = versitygw === null ? test.skip : test;

withS3(
  'an object store that is away loses nothing and is caught up with when it comes back (needs an S3 server)',
  async () => {
    const [port = 0] = await freePortNumbers(1);
    const keys = { accessKey: 'laurel-test', secretKey: 'laurel-test-secret' };
    const credentials = { accessKeyId: keys.accessKey, secretAccessKey: keys.secretKey };
    const endpoint = `http://127.0.0.1:${port}`;
    const folder = join(root, name);
    const store = createS3Store({ bucket: 'predictions', prefix: 'here', endpoint, credentials });
    const ship = () => shipFolder({ folder, objectStore: store, limits: {} });
    const writer = createSegmentWriter({ folder, process: name });
    let server = await startS3(versitygw ?? '', port, keys);
    try {
      const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
      await client.send(new CreateBucketCommand({ Bucket: 'predictions' }));
      client.destroy();
      const requests = Array.from({ length: 40 }, () => aRequest());
      await writeSegments(folder, [requests.slice(0, 10)], writer);
      expect(await ship()).toMatchObject({ stored: 1, failure: null });
      await server.stop();
      for (let segment = 1; segment < 4; segment++) {
        await writeSegments(folder, [requests.slice(segment * 10, segment * 10 + 10)], writer);
        expect(await ship()).toMatchObject({ stored: 0, failure: { code: 'DependencyUnavailable' } });
        const names = await readdir(folder);
        expect(names.map((one) => one.split('.').at(-1))).toEqual(Array.from({ length: segment }, () => 'ready'));
      }
      server = await startS3(versitygw ?? '', port, keys);
      expect(await ship()).toMatchObject({ stored: 3, failure: null });
      expect(await readdir(folder)).toEqual([]);
      expect((await openLog(store, root)).rows.map(({ predictionId }) => predictionId)).toEqual(idsOf(requests));
    } finally {
      await server.stop();
    }
  },
);

test('a request is never held up by a log whose store is away, and the age of what waits is known', async () => {
  const log = createPredictionLog({
    ...defaultLogSettings,
    objectStore: 's3://nobody?endpoint=http%3A%2F%2F127.0.0.1%3A1',
    root,
    process: name,
    onDropped: (what, count) => {
      throw new Error(`${what} ${count}`);
    },
    onCommit: () => undefined,
    log: silent,
  });
  const order: string[] = [];
  setImmediate(() => order.push('the next turn of the loop'));
  for (let index = 0; index < 10_000; index++) {
    const served = aRequest();
    log.served(served);
    await log.settle(served);
  }
  order.push('all answers may go');
  await nextTurn();
  expect(order).toEqual(['all answers may go', 'the next turn of the loop']);
  await eventually(() => log.state().lagSeconds > 0.1, 'the lag grows');
  expect(log.state().bytes).toBeGreaterThan(100_000);
  await log.close();
  const left = await readdir(join(root, name));
  expect(left).toEqual([expect.stringMatching(/\.ready$/)]);
  const ready = await readdir(join(root, name, left[0] ?? ''));
  expect(ready.length).toBeGreaterThan(0);
});

test('the backlog stays in its bounds: the oldest segments go, and are counted', async () => {
  const folder = join(root, name);
  await writeSegments(
    folder,
    Array.from({ length: 6 }, () => Array.from({ length: 100 }, () => aRequest())),
  );
  const [first = ''] = (await readdir(folder)).toSorted();
  const dropped: string[] = [];
  const onDropped = (what: string, count: number) => void dropped.push(`${what} ${count}`);
  const options = { ...defaultLogSettings, root, folder, objectStore: null, onDropped };
  const shipper = createShipper({ ...options, backlogBytes: 40_000 });
  await shipper.ship();
  expect(dropped).toEqual([expect.stringMatching(/^segments [1-5]$/)]);
  expect(shipper.backlog().bytes).toBeLessThanOrEqual(40_000);
  expect(await readdir(folder)).not.toContain(first);
});

test('a segment that makes no sense is put aside, and does not stand in the way of others', async () => {
  const folder = join(root, name);
  const request = aRequest();
  await writeSegments(folder, [[request], [request]]);
  const names = (await readdir(folder)).toSorted();
  // A context that no segment has, under a right checksum.
  const payload = Buffer.concat([Buffer.from([2, 13, 0, 0, 0, 99, 0, 0, 0, 0]), Buffer.alloc(8)]);
  const { crc32 } = await import('node:zlib');
  const header = Buffer.alloc(8);
  header.writeUInt32LE(payload.length, 0);
  header.writeUInt32LE(crc32(payload), 4);
  await writeFile(join(folder, names[0] ?? ''), Buffer.concat([magic, header, payload]));
  const objectStore = createDirectoryStore({ root: join(root, 'objects') });
  const shipped = await shipFolder({ folder, objectStore, limits: {} });
  expect(shipped).toEqual({ stored: 1, torn: 0, broken: 1, failure: null });
  expect((await openLog(objectStore, root)).rows).toHaveLength(1);
  expect(await readdir(folder)).toEqual([expect.stringMatching(/\.broken$/)]);
});

test('what is older than it is kept goes, whole days at a time, and nothing else', async () => {
  const objectStore = createDirectoryStore({ root: join(root, 'objects') });
  const key = (endpoint: string, date: string) =>
    `predictions/endpoint=${endpoint}/date=${date}/hour=09/${name}-1.parquet`;
  const days = ['2025-01-30', '2025-01-31', '2025-02-01', '2026-01-31'];
  for (const endpoint of ['churn', 'fraud'])
    for (const day of days) await objectStore.putNamed(key(endpoint, day), magic);
  await objectStore.putNamed('notes/predictions', magic);
  const year = { keepMilliseconds: 365 * 86_400_000, now: nine };
  expect(await expire(objectStore, { ...year, endpoint: 'churn' })).toBe(1);
  expect(await objectStore.listNamed('predictions/')).toEqual([
    ...days.slice(1).map((day) => key('churn', day)),
    ...days.map((day) => key('fraud', day)),
  ]);
  expect(await expire(objectStore, { ...year, endpoint: null, now: nine + 86_400_000 })).toBe(3);
  expect(await objectStore.foldersNamed('predictions/endpoint=fraud/')).toEqual(['date=2025-02-01', 'date=2026-01-31']);
  expect(await objectStore.getNamed('notes/predictions')).toBeDefined();
});

test('of all processes of a machine one removes what is old, once an hour', async () => {
  const objectStore = createDirectoryStore({ root: join(root, 'objects') });
  await objectStore.putNamed(`predictions/endpoint=churn/date=2020-01-31/hour=09/${name}-1.parquet`, magic);
  const shared = { ...defaultLogSettings, root: join(root, 'serving'), objectStore: `file://${join(root, 'objects')}` };
  const shippers = ['a', 'b', 'c'].map((one) =>
    createShipper({ ...shared, folder: join(root, 'serving', one), onDropped: () => undefined }),
  );
  await mkdir(shared.root);
  await Promise.all(shippers.map((shipper) => shipper.expire()));
  expect(await objectStore.listNamed('predictions/')).toEqual([]);
  expect(await readdir(shared.root)).toHaveLength(1);
  for (const shipper of shippers) shipper.close();
});

const withSmallDisk = mayMount() ? test : test.skip;

withSmallDisk(
  'a full disk fails what waits for it, keeps what was written, and frees what was not (needs leave to mount)',
  async () => {
    const disk = join(root, 'small');
    const run = promisify(execFile);
    await run('sh', ['-c', `mkdir -p ${disk} && mount -t tmpfs -o size=256k tmpfs ${disk}`]);
    try {
      const folder = join(disk, name);
      const writer = createSegmentWriter({ folder, process: name, now: () => nine });
      let dropped = 0;
      const commits = createGroupCommit({
        writer,
        capacityBytes: 1e9,
        onCommit: () => undefined,
        onDropped: (rows) => {
          dropped += rows;
        },
      });
      const small = aRequest();
      await commits.pushDurably(small);
      const large = Array.from({ length: 5_000 }, () => commits.pushDurably(aRequest()));
      for (const result of await Promise.allSettled(large)) {
        expect(result).toMatchObject({ status: 'rejected', reason: { code: 'StorageFull' } });
      }
      expect(dropped).toBe(5_000);
      await commits.pushDurably(small);
      await commits.close();
      const objectStore = createDirectoryStore({ root: join(root, 'objects') });
      expect((await readdir(folder)).toSorted()).toEqual(
        [1, 2].map((sequence) => fileNameOf({ openedAt: nine, process: name, sequence }, 'closed')),
      );
      await shipFolder({ folder, objectStore, limits: {} });
      const ids = new Set((await openLog(objectStore, root)).rows.map(({ predictionId }) => predictionId));
      expect(ids.has(small.answer?.ids.at(0))).toBe(true);
    } finally {
      await run('umount', [disk]);
    }
  },
);
