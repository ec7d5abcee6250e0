import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { LaurelError } from '@laurel/contracts';
import { type Digest, uploadFolder, uploadPartKey } from '@laurel/domain';
import type { FastifyRequest } from 'fastify';
import type { ApiPorts } from '../../ports.js';
import { tooLarge, withSpoolFile } from './spool.js';
import { withSpooledBody } from './upload.js';

/** A part that has come. */
export interface StoredPart {
  readonly part: number;
  readonly digest: Digest;
  readonly size: number;
}

/** Stores the bytes of a request as a part of an upload. */
export function storePart(
  ports: ApiPorts,
  request: FastifyRequest,
  { upload, part }: { readonly upload: string; readonly part: number },
): Promise<StoredPart> {
  return withSpooledBody(ports, request, async (path) => {
    const { digest, size } = await digestOfFile(path);
    await ports.objects.putNamedFile(uploadPartKey(upload, { part, digest }), path);
    return { part, digest, size };
  });
}

/** Makes one object of the parts, in their order. Errors: `TooLarge` when all parts together are, `PackageTampered`. */
export async function joinParts({ objects, settings }: ApiPorts, upload: string, parts: readonly StoredPart[]) {
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  if (size > settings.artifactBytes) throw tooLarge(settings.artifactBytes);
  return withSpoolFile(settings.scratch, async (path) => {
    for (const part of parts) {
      await withSpoolFile(settings.scratch, async (local) => {
        const found = await objects.getNamedFile(uploadPartKey(upload, part), local);
        if (!found || (await digestOfFile(local)).digest !== part.digest) throw damaged(part);
        await pipeline(createReadStream(local), createWriteStream(path, { flags: 'a', mode: 0o600 }));
      });
    }
    return objects.putFile(path);
  });
}

/** Removes the parts of an upload that has ended. What is left when this fails, the worker removes within a day. */
export async function removeParts({ objects, logger }: ApiPorts, upload: string): Promise<void> {
  try {
    await objects.removeNamed(await objects.listNamed(uploadFolder(upload)));
  } catch (error) {
    logger.warn({ err: error, upload }, 'parts of an upload could not be removed; the worker removes them');
  }
}

async function digestOfFile(path: string): Promise<{ readonly digest: Digest; readonly size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { digest: `sha256:${hash.digest('hex')}`, size };
}

function damaged({ part }: StoredPart): LaurelError {
  return new LaurelError('PackageTampered', `Part ${part} is not in the store as it was sent; send it again.`);
}
