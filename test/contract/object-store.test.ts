import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Digest } from '@laurel/domain';
import { createDirectoryStore, createS3Store } from '@laurel/objectstore';
import { objectStoreContract } from './object-store.contract.js';

const keyOf = (digest: Digest) => `objects/sha256/${digest.slice(7, 9)}/${digest.slice(9)}`;

objectStoreContract('a directory', async () => {
  const root = await mkdtemp(join(tmpdir(), 'laurel-objects-'));
  return {
    store: createDirectoryStore({ root }),
    damage: (digest, bytes) => writeFile(join(root, keyOf(digest)), bytes),
    close: () => rm(root, { recursive: true, force: true }),
  };
});

const endpoint = process.env['LAUREL_TEST_S3_ENDPOINT'];

if (endpoint === undefined) {
  test.skip('an S3 bucket as an object store (no S3 server here)', () => undefined);
} else {
  objectStoreContract('an S3 bucket', async () => {
    const credentials = {
      accessKeyId: process.env['LAUREL_TEST_S3_ACCESS_KEY'] ?? '',
      secretAccessKey: process.env['LAUREL_TEST_S3_SECRET_KEY'] ?? '',
    };
    const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
    const bucket = `store-${randomUUID()}`;
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    return {
      store: createS3Store({ bucket, prefix: 'team/laurel', endpoint, credentials }),
      damage: async (digest, bytes) => {
        await client.send(
          new PutObjectCommand({ Bucket: bucket, Key: `team/laurel/${keyOf(digest)}`, Body: Buffer.from(bytes) }),
        );
      },
      close: async () => client.destroy(),
    };
  });
}
