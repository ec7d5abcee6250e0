import { createHash } from 'node:crypto';
import type { PackageDraft, VerifiedPackage } from '@laurel/ports';
import type { BuiltModel } from './onnx-builder.js';

/** A draft for a built model; `name` also tells packages of equal models apart. */
export function draftOf({ signature }: BuiltModel, name = 'test'): PackageDraft {
  return {
    name,
    task: signature.task,
    createdAt: '2026-01-31T09:00:00.000Z',
    signature,
    algorithm: 'linear',
    framework: 'onnx-builder',
    lineage: {
      dataset: { name: 'rows', version: 1, digest: `sha256:${'a'.repeat(64)}` },
      code: { commit: null, branch: null, dirty: false },
      environment: null,
      parents: [],
    },
    run: '0'.repeat(32),
    environment: null,
    metrics: {},
  };
}

/** A built model as if it had been published and opened, for tests that need no store. */
export function verifiedOf(built: BuiltModel): VerifiedPackage {
  return {
    digest: `sha256:${createHash('sha256').update(built.model).digest('hex')}`,
    manifest: { protocol: '1', ...draftOf(built), files: [] },
    read: async () => built.model,
  };
}
