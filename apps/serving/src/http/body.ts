import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { LaurelError } from '@laurel/contracts';
import { headerOf } from './exchange.js';

const inflaters = { gzip: promisify(gunzip), deflate: promisify(inflate) } as const;

function tooLarge(limit: number): LaurelError {
  return new LaurelError('TooLarge', `The body is larger than ${limit} bytes; send fewer rows at once.`);
}

/**
 * The whole body of a request, inflated when it is compressed. Errors: `TooLarge` before more than `limit` bytes are in
 * memory, `InvalidInput` for a compression that is not gzip or deflate, `Cancelled` when the caller goes away.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const declared = Number(headerOf(request, 'content-length') ?? 0);
  if (declared > limit) throw tooLarge(limit);
  const body = await collect(request, limit);
  const encoding = headerOf(request, 'content-encoding');
  return encoding === undefined || encoding === 'identity' ? body : inflated(body, encoding.toLowerCase(), limit);
}

function collect(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let first: Buffer | undefined;
    let others: Buffer[] | undefined;
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) {
        others = undefined;
        first = undefined;
        request.removeAllListeners('data');
        request.resume();
        reject(tooLarge(limit));
      } else if (first === undefined) first = chunk;
      else if (others === undefined) others = [first, chunk];
      else others.push(chunk);
    });
    request.on('end', () => resolve(others === undefined ? (first ?? Buffer.alloc(0)) : Buffer.concat(others, size)));
    request.on('error', () =>
      reject(new LaurelError('Cancelled', 'The caller went away before the request was whole.')),
    );
  });
}

async function inflated(body: Buffer, encoding: string, limit: number): Promise<Buffer> {
  if (encoding !== 'gzip' && encoding !== 'deflate') {
    throw new LaurelError(
      'InvalidInput',
      `The body is compressed with ${encoding.slice(0, 20)}; send gzip, deflate or none.`,
    );
  }
  try {
    return await inflaters[encoding](body, { maxOutputLength: limit });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(limit);
    throw new LaurelError('InvalidInput', `The body is not ${encoding}; send it as Content-Encoding says.`, {
      cause: error,
    });
  }
}
