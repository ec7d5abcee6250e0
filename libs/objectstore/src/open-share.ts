import { fileURLToPath } from 'node:url';
import { LaurelError } from '@laurel/contracts';
import type { FileShare, ShareAddress } from '@laurel/ports';
import { createFolderShare } from './folder-share.js';
import { createS3Share } from './s3-share.js';

/** The share at an address. Errors: `DataUnreadable` for what is neither `file://` nor `s3://`. */
export function openShare(address: ShareAddress): FileShare {
  const url = URL.parse(address.url);
  if (url?.protocol === 'file:' && url.host === '') return createFolderShare(fileURLToPath(url));
  if (url?.protocol === 's3:' && url.host !== '' && url.username === '') return createS3Share(address, url);
  throw new LaurelError(
    'DataUnreadable',
    `"${url === null ? address.url : `${url.protocol}//${url.host}`}" is no place to read from; give file:///FOLDER or s3://BUCKET/PREFIX.`,
  );
}
