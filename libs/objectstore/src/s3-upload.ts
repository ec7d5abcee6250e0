import { createReadStream } from 'node:fs';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { Digest } from '@laurel/domain';

/** Above this size a file goes up in parts of at least this size. S3 takes 10,000 parts. */
const partBytes = 64 * 1024 * 1024;
const maximumParts = 10_000;

export interface FileUpload {
  readonly bucket: string;
  readonly key: string;
  readonly path: string;
  readonly size: number;
  /** Where it is known, S3 checks small files against it. */
  readonly digest?: Digest;
}

/** The digest as S3 wants it in `x-amz-checksum-sha256`. */
export function checksumOf(digest: Digest): string {
  return Buffer.from(digest.slice('sha256:'.length), 'hex').toString('base64');
}

/** Streams a file to S3. Small ones are checked by S3 against their digest; a failed large one leaves no parts. */
export async function uploadFile(client: S3Client, upload: FileUpload): Promise<void> {
  if (upload.size > partBytes) return uploadParts(client, upload);
  await client.send(
    new PutObjectCommand({
      Bucket: upload.bucket,
      Key: upload.key,
      Body: createReadStream(upload.path),
      ContentLength: upload.size,
      ...(upload.digest === undefined ? {} : { ChecksumSHA256: checksumOf(upload.digest) }),
    }),
  );
}

async function uploadParts(client: S3Client, upload: FileUpload): Promise<void> {
  const target = { Bucket: upload.bucket, Key: upload.key };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(target));
  try {
    const parts = await sendParts(client, upload, { ...target, UploadId });
    await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts: parts } }));
  } catch (error) {
    await client.send(new AbortMultipartUploadCommand({ ...target, UploadId })).catch(() => undefined);
    throw error;
  }
}

async function sendParts(
  client: S3Client,
  { path, size }: FileUpload,
  target: { readonly Bucket: string; readonly Key: string; readonly UploadId: string | undefined },
): Promise<{ PartNumber: number; ETag: string | undefined }[]> {
  const step = Math.max(partBytes, Math.ceil(size / maximumParts));
  const parts: { PartNumber: number; ETag: string | undefined }[] = [];
  for (let start = 0; start < size; start += step) {
    const end = Math.min(start + step, size);
    const PartNumber = parts.length + 1;
    const Body = createReadStream(path, { start, end: end - 1 });
    const { ETag } = await client.send(
      new UploadPartCommand({ ...target, PartNumber, Body, ContentLength: end - start }),
    );
    parts.push({ PartNumber, ETag });
  }
  return parts;
}
