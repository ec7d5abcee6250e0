import { randomUUID } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { createInstallation } from '../support/e2e-installation.js';
import { flowers } from '../support/e2e-tables.js';
import { eventually } from '../support/eventually.js';

const endpoint = process.env['LAUREL_TEST_S3_ENDPOINT'];

if (endpoint === undefined) {
  test.skip('a whole stack on an S3 bucket (no S3 server here)', () => undefined);
} else {
  const stack = createInstallation();
  const bucket = `laurel-${randomUUID()}`;
  const keys = {
    AWS_ACCESS_KEY_ID: process.env['LAUREL_TEST_S3_ACCESS_KEY'] ?? '',
    AWS_SECRET_ACCESS_KEY: process.env['LAUREL_TEST_S3_SECRET_KEY'] ?? '',
  };
  const s3 = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: keys.AWS_ACCESS_KEY_ID, secretAccessKey: keys.AWS_SECRET_ACCESS_KEY },
  });
  const stored = async (prefix: string) =>
    ((await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }))).Contents ?? []).map(
      ({ Key }) => Key,
    );

  beforeAll(async () => {
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    const query = `endpoint=${encodeURIComponent(endpoint)}&region=us-east-1&pathStyle=true`;
    await stack.up({ ...keys, LAUREL_OBJECT_STORE: `s3://${bucket}/team?${query}` });
  }, 120_000);
  afterAll(async () => {
    await stack.remove();
    s3.destroy();
  }, 90_000);

  test('a table becomes a model that answers, and data, package and predictions lie in the bucket alone', async () => {
    writeFileSync(join(stack.folder, 'flowers.csv'), flowers);
    for (const command of [
      ['init', 'flowers', '--from-csv', 'flowers.csv', '--target', 'kind'],
      ['apply', '-f', 'flowers/laurel.yaml'],
      ['train', 'flowers', '--wait'],
    ]) {
      const { code, err } = await stack.laurel(command, { milliseconds: 150_000 });
      expect({ command, code, err: code === 0 ? '' : err }).toEqual({ command, code: 0, err: '' });
    }
    const answer = await stack.json<{ predictions: { label: string }[] }>(
      'predict',
      'flowers',
      'petal=4.5',
      'sepal=5.5',
    );
    expect(answer.predictions[0]?.label).toBe('tulip');
    expect(await stored('team/')).not.toEqual([]);
    expect(readdirSync(join(stack.home, 'objects'))).toEqual([]);
    await eventually(
      async () => (await stored('team/predictions/endpoint=flowers/')).length > 0,
      'the log is shipped',
      90_000,
    );
  }, 240_000);
}
