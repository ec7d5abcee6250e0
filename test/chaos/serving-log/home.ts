import { join } from 'node:path';
import { createDirectoryStore } from '@laurel/objectstore';
import { createPackages, openKeys } from '@laurel/packages';
import { draftOf } from '../../support/built-package.js';
import { buildClassifier } from '../../support/onnx-builder.js';
import { splitOf } from '../../support/serving-world.js';
import type { ServingTask } from './serving-process.js';

/** A folder with a signed model, and a split that serves it under strict logging. */
export async function prepareHome(home: string): Promise<ServingTask> {
  const built = buildClassifier({ inputs: ['tenure'], weights: [-1], bias: 3, classes: ['No', 'Yes'] });
  const packages = createPackages({
    objectStore: createDirectoryStore({ root: join(home, 'objects') }),
    keys: await openKeys(join(home, 'keys')),
  });
  const digest = await packages.publish(draftOf(built, 'v1'), { 'model.onnx': built.model });
  const split = splitOf({ champion: { version: 1, digest, semver: '1.0.0' } });
  const policy = {
    sla: { latencyMilliseconds: null, confidence: null },
    batching: { maximumRows: 64 },
    log: { durability: 'strict', sample: 100, redact: [] },
  } as const;
  return { home, split: { ...split, policy } };
}
