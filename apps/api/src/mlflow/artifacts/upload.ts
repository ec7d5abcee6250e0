import type { Readable } from 'node:stream';
import { LaurelError } from '@laurel/contracts';
import type { Digest } from '@laurel/domain';
import type { FastifyRequest } from 'fastify';
import type { ApiPorts } from '../../ports.js';
import { spool, withSpoolFile } from './spool.js';

/** Stores the bytes of a request as an object; nothing is left of a request that ends early. */
export function storeBody(
  { objects, settings }: ApiPorts,
  request: FastifyRequest,
): Promise<{ readonly digest: Digest; readonly size: number }> {
  return withSpoolFile(settings.scratch, async (path) => {
    const length = request.headers['content-length'];
    const declared = length === undefined ? undefined : Number(length);
    const source = (request.body ?? request.raw) as Readable;
    await spool(source, { path, limit: settings.artifactBytes, declared });
    const stored = await objects.putFile(path);
    if (declared === undefined || declared === stored.size) return stored;
    throw new LaurelError('InvalidInput', 'The upload was cut off; send it again.');
  });
}
