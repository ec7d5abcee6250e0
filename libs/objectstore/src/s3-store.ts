import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Digest } from '@laurel/domain';
import type { ObjectStore } from '@laurel/ports';
import { demandDigest, digestOf, digestOfFile, noSuchObject } from './digest.js';
import { deliver } from './directory-store.js';
import { fileErrors } from './file-errors.js';
import { checkedFolder, checkedKey, checkedPrefix, isNamedKey, objectKey } from './keys.js';
import { clientOf, type S3Access } from './s3-client.js';
import { ifThere, namedS3Error, statusOf } from './s3-errors.js';
import { checksumOf, uploadFile } from './s3-upload.js';

export interface S3StoreOptions extends S3Access {
  readonly bucket: string;
  /** Prepended to every key, without a slash at either end. Default: none. */
  readonly prefix?: string;
}

/** An object store in a bucket of S3 or a compatible. Bytes read are checked against their name as everywhere. */
export function createS3Store(options: S3StoreOptions): ObjectStore {
  const bucket = accessTo(options);
  return { ...digestObjects(bucket), ...namedObjects(bucket) };
}

/** The few things that are done to one key of a bucket. */
interface Bucket {
  readonly client: S3Client;
  readonly name: string;
  readonly base: string;
  readonly at: (key: string) => { readonly Bucket: string; readonly Key: string };
  /** Size of an object, or `undefined` without one. */
  readonly sizeOf: (key: string) => Promise<number | undefined>;
  readonly open: (key: string) => Promise<GetObjectCommandOutput['Body']>;
  readonly read: (key: string) => Promise<Uint8Array | undefined>;
}

function accessTo(options: S3StoreOptions): Bucket {
  const client = clientOf(options);
  const base = options.prefix ? `${options.prefix}/` : '';
  const at = (key: string) => ({ Bucket: options.bucket, Key: `${base}${key}` });
  const open = (key: string) => ifThere(async () => (await client.send(new GetObjectCommand(at(key)))).Body);
  return {
    client,
    name: options.bucket,
    base,
    at,
    sizeOf: (key) => ifThere(async () => (await client.send(new HeadObjectCommand(at(key)))).ContentLength ?? -1),
    open,
    read: async (key) => (await open(key))?.transformToByteArray(),
  };
}

function digestObjects(bucket: Bucket): Pick<ObjectStore, 'put' | 'putFile' | 'get' | 'getFile' | 'has'> {
  const { client, at, sizeOf, name } = bucket;
  const named = s3Errors(name);

  async function openObject(digest: Digest): Promise<NonNullable<GetObjectCommandOutput['Body']>> {
    const body = await bucket.open(objectKey(digest));
    if (body === undefined) throw noSuchObject(digest);
    return body;
  }

  return {
    put: named(async (bytes) => {
      const digest = digestOf(bytes);
      const key = objectKey(digest);
      if ((await sizeOf(key)) !== bytes.byteLength) {
        await client.send(new PutObjectCommand({ ...at(key), Body: bytes, ChecksumSHA256: checksumOf(digest) }));
      }
      return digest;
    }),
    putFile: named(async (path) => {
      const { digest, size } = await fileErrors(digestOfFile)(path);
      const key = objectKey(digest);
      if ((await sizeOf(key)) !== size)
        await uploadFile(client, { bucket: name, key: at(key).Key, path, size, digest });
      return { digest, size };
    }),
    get: named(async (digest) => {
      const bytes = await (await openObject(digest)).transformToByteArray();
      demandDigest(digest, digestOf(bytes));
      return bytes;
    }),
    getFile: named(async (digest, path) => {
      const body = await openObject(digest);
      await fileErrors(deliver)({ stream: Readable.from(body as Readable) }, digest, path);
    }),
    has: named(async (digest) => (await sizeOf(objectKey(digest))) !== undefined),
  };
}

function namedObjects({
  client,
  name,
  base,
  at,
  sizeOf,
  open,
  read,
}: Bucket): Omit<ObjectStore, keyof ReturnType<typeof digestObjects>> {
  const named = s3Errors(name);
  return {
    putNamed: named(async (key, bytes) => {
      if ((await sizeOf(checkedKey(key))) !== undefined) return false;
      return putOnce(bytes, {
        put: (onlyNew) =>
          client.send(new PutObjectCommand({ ...at(key), Body: bytes, ...(onlyNew ? { IfNoneMatch: '*' } : {}) })),
        read: () => read(key),
      });
    }),
    putNamedFile: named(async (key, path) => {
      if ((await sizeOf(checkedKey(key))) !== undefined) return false;
      const { size } = await fileErrors(() => stat(path))();
      await uploadFile(client, { bucket: name, key: at(key).Key, path, size });
      return true;
    }),
    getNamedFile: named(async (key, path) => {
      const body = await open(checkedKey(key));
      if (body === undefined) return false;
      await fileErrors(() => pipeline(Readable.from(body as Readable), createWriteStream(path)))();
      return true;
    }),
    getNamed: named(async (key) => read(checkedKey(key))),
    listNamed: named(async (prefix) => {
      const keys: string[] = [];
      const request = { Bucket: name, Prefix: `${base}${checkedPrefix(prefix)}` };
      for await (const page of paginateListObjectsV2({ client }, request)) {
        keys.push(...(page.Contents ?? []).map(({ Key }) => (Key ?? '').slice(base.length)));
      }
      return keys.filter(isNamedKey).sort();
    }),
    foldersNamed: named(async (folder) => {
      const inside = checkedFolder(folder);
      const Prefix = `${base}${inside === '' ? '' : `${inside}/`}`;
      const names: string[] = [];
      for await (const page of paginateListObjectsV2({ client }, { Bucket: name, Prefix, Delimiter: '/' })) {
        names.push(...(page.CommonPrefixes ?? []).map((common) => (common.Prefix ?? '').slice(Prefix.length, -1)));
      }
      return names.filter((one) => isNamedKey(`${one}/x`)).sort();
    }),
    removeNamed: named(async (keys) => {
      for (const key of keys) await client.send(new DeleteObjectCommand(at(checkedKey(key))));
    }),
  };
}

/**
 * Writes under a new key. Where the server knows `If-None-Match`, it refuses a second writer (412, or 409 while both are
 * writing); then and where it does not, reading back tells whose bytes are there.
 */
async function putOnce(
  bytes: Uint8Array,
  access: {
    readonly put: (onlyNew: boolean) => Promise<unknown>;
    readonly read: () => Promise<Uint8Array | undefined>;
  },
): Promise<boolean> {
  try {
    await access.put(true);
  } catch (error) {
    const status = statusOf(error);
    if (status === 412) return false;
    if (status === 409) return putOnceAfterConflict(access);
    if (status !== 501) throw error;
    await access.put(false);
  }
  const stored = await access.read();
  return stored !== undefined && Buffer.compare(stored, bytes) === 0;
}

async function putOnceAfterConflict(access: {
  readonly put: (onlyNew: boolean) => Promise<unknown>;
  readonly read: () => Promise<Uint8Array | undefined>;
}): Promise<boolean> {
  if ((await access.read()) !== undefined) return false;
  try {
    await access.put(true);
    return true;
  } catch (error) {
    if (statusOf(error) === 412) return false;
    throw error;
  }
}

function s3Errors(bucket: string) {
  return <Arguments extends readonly unknown[], Result>(operation: (...given: Arguments) => Promise<Result>) =>
    async (...given: Arguments): Promise<Result> => {
      try {
        return await operation(...given);
      } catch (error) {
        throw namedS3Error(bucket, error);
      }
    };
}
