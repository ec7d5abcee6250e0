import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { LaurelError } from '@laurel/contracts';
import type { Digest } from '@laurel/domain';
import type { FastifyRequest } from 'fastify';
import type { ApiPorts } from '../../ports.js';
import { spool, withSpoolFile } from './spool.js';

/** Stores the bytes of a request as an object; nothing is left of a request that ends early. */
export function storeBody(
  ports: ApiPorts,
  request: FastifyRequest,
): Promise<{ readonly digest: Digest; readonly size: number }> {
  return withSpooledBody(ports, request, (path) => ports.objects.putFile(path));
}

/** Runs `store` with a file that holds the bytes of a request. Errors: `TooLarge`, `InvalidInput` when it was cut off. */
export function withSpooledBody<Stored>(
  { settings }: ApiPorts,
  request: FastifyRequest,
  store: (path: string) => Promise<Stored>,
): Promise<Stored> {
  return withSpoolFile(settings.scratch, async (path) => {
    const length = request.headers['content-length'];
    const declared = length === undefined ? undefined : Number(length);
    const source = (request.body ?? request.raw) as Readable;
    await spool(source, { path, limit: settings.artifactBytes, declared });
    if (declared !== undefined && declared !== (await stat(path)).size) {
      throw new LaurelError('InvalidInput', 'The upload was cut off; send it again.');
    }
    return store(path);
  });
}
