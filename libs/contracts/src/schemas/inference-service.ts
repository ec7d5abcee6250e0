import type { InferenceServiceManifest } from '@laurel/domain';
import { z } from 'zod';
import { LaurelError } from '../laurel-error.js';
import { findingsOf } from './project-issues.js';
import { name } from './project-parts.js';
import { readDeclaration } from './read-declaration.js';

const source = z.looseObject({
  storageUri: z.string().min(1).exactOptional(),
  storage: z.looseObject({ key: z.string().exactOptional(), path: z.string().exactOptional() }).exactOptional(),
  protocolVersion: z.string().exactOptional(),
});

const inferenceServiceSchema = z.looseObject({
  apiVersion: z.literal('serving.kserve.io/v1beta1'),
  kind: z.literal('InferenceService'),
  metadata: z.looseObject({ name, namespace: name.exactOptional() }),
  spec: z.looseObject({
    predictor: z
      .looseObject({
        model: source.extend({ modelFormat: z.looseObject({ name: z.string() }) }).exactOptional(),
        minReplicas: z.int().min(0).exactOptional(),
        maxReplicas: z.int().min(0).exactOptional(),
        canaryTrafficPercent: z.number().min(0).max(100).exactOptional(),
        batcher: z
          .looseObject({ maxBatchSize: z.int().min(1).exactOptional(), maxLatency: z.int().min(0).exactOptional() })
          .exactOptional(),
        logger: z.looseObject({}).exactOptional(),
        containers: z.array(z.looseObject({})).exactOptional(),
      })
      .catchall(z.unknown()),
    transformer: z.looseObject({}).exactOptional(),
    explainer: z.looseObject({}).exactOptional(),
    canary: z.array(z.looseObject({})).exactOptional(),
  }),
});

/** Reads the manifest of KServe's `InferenceService` (YAML, so JSON too). Error: `InvalidInput` with all problems. */
export function parseInferenceService(text: string, file: string): InferenceServiceManifest {
  const read = readDeclaration(text, file);
  if (!read.ok) throw refused(read.problems);
  const parsed = inferenceServiceSchema.safeParse(read.value);
  if (parsed.success) return parsed.data;
  throw refused(read.located(findingsOf(inferenceServiceSchema, read.value, parsed.error.issues)));
}

function refused(problems: readonly { readonly path: string; readonly message: string }[]): LaurelError {
  const details = problems.map(({ path, message }) => ({ path, message }));
  return new LaurelError('InvalidInput', details.map(({ message }) => message).join(' '), { details });
}
