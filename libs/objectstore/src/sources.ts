import { join } from 'node:path';
import { LaurelError } from '@laurel/contracts';
import type { OpenShare, ShareAddress, SourceReader } from '@laurel/ports';
import { openShare } from './open-share.js';

/** What this installation lets projects reach. */
export interface ShareSettings {
  /** Compatibles of S3 that a source or a remote may name, such as `http://127.0.0.1:9000`. S3 itself needs no entry. */
  readonly endpoints: readonly string[];
  /** The S3 gateway behind `lakefs://`; `null` where there is none. */
  readonly lakefs: (Pick<ShareAddress, 'credentials'> & { readonly endpoint: string }) | null;
}

/** Opens shares for projects: no project makes this installation call a server that its operator did not name. */
export function guardedShares(settings: ShareSettings): OpenShare {
  const allowed = new Set(settings.endpoints.map(originOf));
  return (address) => {
    if (address.endpoint === undefined || allowed.has(originOf(address.endpoint))) return openShare(address);
    throw new LaurelError(
      'DataUnreadable',
      `The endpoint ${originOf(address.endpoint)} is none that this installation reaches out to; add it to LAUREL_SOURCE_ENDPOINTS.`,
    );
  };
}

/** Without user, path and letter case, which do not change the server. */
function originOf(endpoint: string): string {
  const url = URL.parse(endpoint);
  return url === null ? endpoint : `${url.protocol}//${url.host}`;
}

/** Readers of `s3://bucket/key`, and of `lakefs://repository/reference/path` through the S3 gateway of lakeFS. */
export function createShareSources(settings: ShareSettings): {
  readonly s3: SourceReader;
  readonly lakefs: SourceReader;
} {
  const open = guardedShares(settings);
  return {
    s3: async ({ source, scratch }) => {
      const { bucket, key } = bucketAndKey(source.uri, 's3://BUCKET/KEY');
      const address = {
        url: `s3://${bucket}`,
        ...(source.endpoint === undefined ? {} : { endpoint: source.endpoint }),
      };
      return fetchKey(open(address), { key, uri: source.uri, path: join(scratch, `source.${source.format}`) });
    },
    lakefs: async ({ source, scratch }) => {
      const { bucket, key } = bucketAndKey(source.uri, 'lakefs://REPOSITORY/REFERENCE/PATH');
      if (settings.lakefs === null) {
        throw new LaurelError(
          'DataUnreadable',
          `${source.uri}: this installation knows no lakeFS; set LAUREL_SOURCE_LAKEFS_ENDPOINT to its S3 gateway.`,
        );
      }
      const share = openShare({ url: `s3://${bucket}`, ...settings.lakefs });
      return fetchKey(share, { key, uri: source.uri, path: join(scratch, `source.${source.format}`) });
    },
  };
}

/** Keys are taken as they are written: nothing in them is decoded. */
function bucketAndKey(uri: string, form: string): { readonly bucket: string; readonly key: string } {
  const [, bucket, key] = /^[a-z0-9]+:\/\/([^/@\s]+)\/(.+)$/.exec(uri) ?? [];
  if (bucket !== undefined && key !== undefined) return { bucket, key };
  throw new LaurelError('DataUnreadable', `A source of this kind looks like ${form}; correct spec.data.source.uri.`);
}

async function fetchKey(
  share: ReturnType<OpenShare>,
  { key, uri, path }: { readonly key: string; readonly uri: string; readonly path: string },
): Promise<string> {
  if (await share.download(key, path)) return path;
  throw new LaurelError('DataUnreadable', `There is no object ${uri}; check bucket and key.`);
}
