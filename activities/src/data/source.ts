import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isLaurelError, LaurelError } from '@laurel/contracts';
import type { Digest, ModelProject } from '@laurel/domain';
import type { SourceReader, Sources } from '@laurel/ports';
import { withScratch } from '../scratch.js';

/** A file with the rows of a source, on this machine for as long as the work goes on. */
export interface SourceFile {
  readonly path: string;
  /** As people know it: a path, or the address in the project file. */
  readonly name: string;
  readonly digest: Digest;
  readonly md5: string;
  readonly size: number;
}

/**
 * Brings a project's data here, hands it to `work`, and removes what was brought. Errors name the source, not the copy.
 * Errors: as of the source's reader, and of `work`.
 */
export async function withSource<T>(
  ports: { readonly sources: Partial<Sources> },
  { model, folder }: { readonly model: ModelProject; readonly folder: string },
  work: (file: SourceFile) => Promise<T>,
): Promise<T> {
  const { source, key } = model.spec.data;
  return withScratch(async (scratch) => {
    const scheme = schemeOf(source.uri);
    if (scheme === null || scheme === 'file') {
      const path = scheme === null ? resolve(folder, source.uri) : fileURLToPath(source.uri);
      return work({ path, name: path, ...(await digestsOf(path)) });
    }
    const read = readerOf(ports.sources, scheme);
    if (read === undefined) throw unknownScheme(ports.sources, source.uri, scheme);
    const path = await read({ source, key, folder, scratch });
    try {
      return await work({ path, name: source.uri, ...(await digestsOf(path)) });
    } catch (error) {
      throw renamed(error, path, source.uri);
    }
  });
}

function schemeOf(uri: string): string | null {
  return /^([a-z0-9+.-]+):/i.exec(uri)?.[1] ?? null;
}

function readerOf(sources: Partial<Sources>, scheme: string): SourceReader | undefined {
  return Object.hasOwn(sources, scheme) ? sources[scheme as keyof Sources] : undefined;
}

const forms: { readonly [scheme in keyof Sources]: string } = {
  s3: 's3://',
  lakefs: 'lakefs://',
  dvc: 'dvc:',
  postgres: 'postgres:',
};

/** Names what can be read here: an installation has readers that a project's folder on its own has not. */
function unknownScheme(sources: Partial<Sources>, uri: string, scheme: string): LaurelError {
  const known = Object.entries(forms).flatMap(([name, form]) => (Object.hasOwn(sources, name) ? [form] : []));
  const readable = `${['a path', ...known].join(', ')} or file://`;
  return new LaurelError(
    'DataUnreadable',
    `spec.data.source.uri "${uri}": ${scheme}: cannot be read here; give ${readable}.`,
  );
}

/** SHA-256, MD5 and size of a file's bytes. Errors: `DataUnreadable`. */
async function digestsOf(path: string): Promise<Pick<SourceFile, 'digest' | 'md5' | 'size'>> {
  const [sha256, md5] = [createHash('sha256'), createHash('md5')];
  let size = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
      sha256.update(chunk);
      md5.update(chunk);
      size += chunk.length;
    }
  } catch (cause) {
    throw new LaurelError('DataUnreadable', `the data source ${path} cannot be read; check spec.data.source.uri.`, {
      cause,
    });
  }
  return { digest: `sha256:${sha256.digest('hex')}`, md5: md5.digest('hex'), size };
}

/** An error that speaks of the source instead of its copy in a temporary folder. */
function renamed(error: unknown, path: string, name: string): unknown {
  if (!isLaurelError(error) || !error.message.includes(path)) return error;
  return new LaurelError(error.code, error.message.replaceAll(path, name), error.options);
}
