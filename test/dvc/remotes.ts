import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { TestServers } from '@laurel/dev';
import { overwrite, type Remote } from './ground.js';

/** Remotes in folders below `root`. */
export function folderRemotes(root: string): Remote {
  const at = (url: string, key: string) => join(url.startsWith('file:') ? fileURLToPath(url) : url, key);
  return {
    name: 'a folder',
    fresh: async () => {
      const folder = join(root, randomUUID());
      await mkdir(folder, { recursive: true });
      return folder;
    },
    damage: (url, key, bytes) => overwrite(at(url, key), bytes),
    remove: (url, key) => rm(at(url, key)),
  };
}

/** Remotes below prefixes of a new bucket of an S3 server. */
export async function bucketRemotes({
  endpoint,
  accessKey,
  secretKey,
}: NonNullable<TestServers['s3']>): Promise<Remote> {
  const credentials = { accessKeyId: accessKey, secretAccessKey: secretKey };
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
  const bucket = `dvc-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const at = (url: string, key: string) => ({ Bucket: bucket, Key: `${new URL(url).pathname.slice(1)}/${key}` });
  return {
    name: 'a bucket',
    endpoint,
    fresh: async () => `s3://${bucket}/${randomUUID()}`,
    damage: async (url, key, bytes) => void (await client.send(new PutObjectCommand({ ...at(url, key), Body: bytes }))),
    remove: async (url, key) => void (await client.send(new DeleteObjectCommand(at(url, key)))),
  };
}
