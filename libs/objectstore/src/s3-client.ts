import { S3Client } from '@aws-sdk/client-s3';

/** How to reach S3 or a compatible. */
export interface S3Access {
  /** For compatibles of S3, for example `http://127.0.0.1:9000`. */
  readonly endpoint?: string;
  /** Default: the SDK's chain; with an endpoint, `us-east-1`, which compatibles take. */
  readonly region?: string;
  /** Default: true with an endpoint, because compatibles rarely answer to bucket host names. */
  readonly forcePathStyle?: boolean;
  /** Default: the SDK's chain (environment, profile, instance role). */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

const connectMilliseconds = 5_000;
/** A server that says nothing for so long will say nothing more. */
const silenceMilliseconds = 60_000;

/** A client of S3 that gives up on a server that does not answer. */
export function clientOf(access: S3Access): S3Client {
  const region = access.region ?? (access.endpoint === undefined ? undefined : 'us-east-1');
  return new S3Client({
    ...(region === undefined ? {} : { region }),
    ...(access.endpoint === undefined ? {} : { endpoint: access.endpoint }),
    forcePathStyle: access.forcePathStyle ?? access.endpoint !== undefined,
    ...(access.credentials === undefined ? {} : { credentials: { ...access.credentials } }),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: connectMilliseconds, socketTimeout: silenceMilliseconds },
  });
}
