import { createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import type { FileShare, ShareAddress } from '@laurel/ports';
import { fileErrors } from './file-errors.js';
import { clientOf } from './s3-client.js';
import { ifThere, namedS3Error } from './s3-errors.js';
import { uploadFile } from './s3-upload.js';

/** Files below a prefix of a bucket. */
export function createS3Share(address: ShareAddress, url: URL): FileShare {
  const bucket = url.host;
  const prefix = decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, '');
  const client = clientOf(address);
  const at = (key: string) => ({ Bucket: bucket, Key: prefix === '' ? key : `${prefix}/${key}` });
  const named = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw namedS3Error(bucket, error);
    }
  };
  return {
    sizeOf: (key) =>
      named(() => ifThere(async () => (await client.send(new HeadObjectCommand(at(key)))).ContentLength ?? -1)),
    download: (key, path) =>
      named(async () => {
        const body = await ifThere(async () => (await client.send(new GetObjectCommand(at(key)))).Body);
        if (body === undefined) return false;
        await save(body as Readable, path);
        return true;
      }),
    upload: (path, key) =>
      named(async () => {
        const { size } = await fileErrors((file: string) => stat(file))(path);
        await uploadFile(client, { bucket, key: at(key).Key, path, size });
      }),
  };
}

/** Errors of the disk are told apart from those of the bucket. */
async function save(body: Readable, path: string): Promise<void> {
  const file = createWriteStream(path, { flags: 'w', flush: true });
  let ours: Error | undefined;
  file.once('error', (error) => {
    ours = error;
  });
  try {
    await pipeline(Readable.from(body), file);
  } catch (error) {
    await rm(path, { force: true });
    if (ours === undefined) throw error;
    await fileErrors(() => Promise.reject(error as Error))();
  }
}
