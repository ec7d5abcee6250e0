import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LaurelError } from '@laurel/contracts';
import type { ObjectStore } from '@laurel/ports';
import { createDirectoryStore } from './directory-store.js';
import { createS3Store } from './s3-store.js';

function notAStore(url: string): LaurelError {
  return new LaurelError(
    'InvalidInput',
    `"${url}" is not an object store; write file:///folder or s3://bucket/prefix?endpoint=URL&region=NAME.`,
  );
}

/**
 * The object store that `url` names: `file:///folder`, or `s3://bucket/prefix` with optional query parameters
 * `endpoint`, `region` and `pathStyle` (`true` or `false`). Errors: `InvalidInput`.
 */
export function openObjectStore(url: string): ObjectStore {
  const parsed = URL.parse(url);
  if (parsed === null) throw notAStore(url);
  if (parsed.protocol === 'file:' && parsed.host === '') {
    const root = fileURLToPath(parsed);
    if (!isAbsolute(root)) throw notAStore(url);
    return createDirectoryStore({ root });
  }
  if (parsed.protocol !== 's3:' || parsed.host === '') throw notAStore(url);
  const query = parsed.searchParams;
  const endpoint = query.get('endpoint');
  const region = query.get('region');
  const pathStyle = query.get('pathStyle');
  return createS3Store({
    bucket: parsed.host,
    prefix: parsed.pathname.replace(/^\/+|\/+$/g, ''),
    ...(endpoint === null ? {} : { endpoint }),
    ...(region === null ? {} : { region }),
    ...(pathStyle === null ? {} : { forcePathStyle: pathStyle === 'true' }),
  });
}
