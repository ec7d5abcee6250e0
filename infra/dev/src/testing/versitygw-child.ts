import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { accepts } from '../ports/probe.js';
import { inheritedEnvironment } from '../processes/environment.js';
import type { ChildSpec } from '../supervisor/child-spec.js';

export interface VersitygwOptions {
  readonly binary: string;
  readonly folder: string;
  readonly port: number;
  readonly accessKey: string;
  readonly secretKey: string;
}

/** An S3 server over a folder, with versioning; metadata in a sidecar, because not every disk has extended attributes. */
export function versitygwChild({ binary, folder, port, accessKey, secretKey }: VersitygwOptions): ChildSpec {
  const buckets = join(folder, 'buckets');
  const [versions, metadata] = [join(folder, 'versions'), join(folder, 'metadata')];
  const where = ['--port', `127.0.0.1:${port}`, '--quiet'];
  return {
    name: 'versitygw',
    command: [binary, ...where, 'posix', '--versioning-dir', versions, '--sidecar', metadata, buckets],
    environment: { ...inheritedEnvironment(), ROOT_ACCESS_KEY: accessKey, ROOT_SECRET_KEY: secretKey },
    workingDirectory: folder,
    readiness: { kind: 'probe', probe: () => accepts(port) },
    readyMilliseconds: 30_000,
    stopSignal: 'SIGTERM',
    graceMilliseconds: 3_000,
    prepare: async () => {
      for (const path of [buckets, versions, metadata]) await mkdir(path, { recursive: true });
    },
  };
}
