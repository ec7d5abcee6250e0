import type { Digest } from '../ids.js';

/** Where parts of artifacts wait in the object store until they become one file, a folder per upload. */
export const uploadsFolder = 'uploads/';

/** The folder of the parts of an upload. */
export function uploadFolder(upload: string): string {
  return `${uploadsFolder}${upload}/`;
}

/** The key of a part: one that is sent again with other bytes has another. */
export function uploadPartKey(
  upload: string,
  { part, digest }: { readonly part: number; readonly digest: Digest },
): string {
  return `${uploadFolder(upload)}${part}-${digest.slice('sha256:'.length)}`;
}
