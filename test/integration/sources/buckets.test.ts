import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createTableEngine } from '@laurel/duckdb';
import { type DatasetWorld, openDatasetWorld } from '../../support/dataset-world.js';
import { failureOf } from '../duckdb/tables.js';

const endpoint = process.env['LAUREL_TEST_S3_ENDPOINT'];
const withS3 = endpoint === undefined ? test.skip : test;
const table = 'id,x,y\n1,a,0.5\n2,b,1.5\n3,,2\n';
const keys = {
  accessKeyId: process.env['LAUREL_TEST_S3_ACCESS_KEY'] ?? '',
  secretAccessKey: process.env['LAUREL_TEST_S3_SECRET_KEY'] ?? '',
};

let world: DatasetWorld;
let client: S3Client;
let bucket: string;

beforeAll(async () => {
  if (endpoint === undefined) return;
  process.env['AWS_ACCESS_KEY_ID'] = keys.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = keys.secretAccessKey;
  client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: keys });
  bucket = `sources-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  world = await openDatasetWorld({
    LAUREL_SOURCE_ENDPOINTS: `${endpoint}, http://127.0.0.1:1`,
    LAUREL_SOURCE_LAKEFS_ENDPOINT: endpoint,
    LAUREL_SOURCE_LAKEFS_ACCESS_KEY_ID: keys.accessKeyId,
    LAUREL_SOURCE_LAKEFS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  });
});
afterAll(async () => {
  client?.destroy();
  await world?.[Symbol.asyncDispose]();
});

const put = (key: string, body: string | Buffer) =>
  client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));

withS3('CSV, Parquet and JSON lines of a bucket become the same rows', async () => {
  const parquet = join(world.folder, 'rows.parquet');
  await writeFile(join(world.folder, 'rows.csv'), table);
  await createTableEngine().importTable({ format: 'csv', path: join(world.folder, 'rows.csv') }, parquet);
  await put('a b/é+%41.csv', table);
  await put('rows.jsonl', '{"id":1,"x":"a","y":0.5}\n{"id":2,"x":"b","y":1.5}\n{"id":3,"x":null,"y":2}\n');
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'rows.parquet', Body: await readFile(parquet) }));
  const take = (format: 'csv' | 'jsonl' | 'parquet', key: string) =>
    world.snapshot({ format, uri: `s3://${bucket}/${key}`, endpoint: endpoint ?? '' }, { dataset: format });
  const csv = await take('csv', 'a b/é+%41.csv');
  expect(csv).toMatchObject({ rows: 3, source: `s3://${bucket}/a b/é+%41.csv`, content: { format: 'csv', size: 28 } });
  expect((await take('jsonl', 'rows.jsonl')).table).toBe(csv.table);
  expect((await take('parquet', 'rows.parquet')).table).toBe(csv.table);
});

withS3('a reference of lakeFS is read through its S3 gateway: the repository is the bucket', async () => {
  await put('main/tables/rows.csv', table);
  const read = await world.snapshot({ format: 'csv', uri: `lakefs://${bucket}/main/tables/rows.csv` });
  expect(read).toMatchObject({ rows: 3, source: `lakefs://${bucket}/main/tables/rows.csv` });
});

withS3('what a bucket does not hold, and what is no table, is said by its address', async () => {
  const read = (uri: string) => failureOf(world.snapshot({ format: 'csv', uri, endpoint: endpoint ?? '' }));
  expect(await read(`s3://${bucket}/none.csv`)).toEqual({
    code: 'DataUnreadable',
    message: `There is no object s3://${bucket}/none.csv; check bucket and key.`,
  });
  await put('bad.csv', 'id,y\n1,2,3\n');
  const bad = await read(`s3://${bucket}/bad.csv`);
  expect(bad).toMatchObject({ code: 'DataUnreadable' });
  expect(bad.message).toContain(`s3://${bucket}/bad.csv, line 2`);
  expect(bad.message).not.toContain('laurel-');
  await put('empty.csv', 'id,y\n');
  expect(await read(`s3://${bucket}/empty.csv`)).toMatchObject({ code: 'DataEmpty' });
});

withS3('an endpoint that the installation did not name is never called', async () => {
  const uri = `s3://${bucket}/rows.csv`;
  for (const stranger of ['http://169.254.169.254', 'http://127.0.0.1:9', `${endpoint}1`]) {
    const refused = await failureOf(world.snapshot({ format: 'csv', uri, endpoint: stranger }));
    expect(refused).toMatchObject({ code: 'DataUnreadable' });
    expect(refused.message).toContain('is none that this installation reaches out to');
  }
});

withS3('a bucket that does not answer may be tried again', async () => {
  const uri = `s3://${bucket}/rows.csv`;
  const refused = await failureOf(world.snapshot({ format: 'csv', uri, endpoint: 'http://127.0.0.1:1' }));
  expect(refused).toEqual({
    code: 'DependencyUnavailable',
    message: expect.stringContaining(`The bucket ${bucket} cannot be used`) as string,
  });
});

withS3('without a gateway, lakefs:// says which variable is missing', async () => {
  await using bare = await openDatasetWorld();
  expect(await failureOf(bare.snapshot({ format: 'csv', uri: 'lakefs://repo/main/rows.csv' }))).toEqual({
    code: 'DataUnreadable',
    message:
      'lakefs://repo/main/rows.csv: this installation knows no lakeFS; set LAUREL_SOURCE_LAKEFS_ENDPOINT to its S3 gateway.',
  });
});
