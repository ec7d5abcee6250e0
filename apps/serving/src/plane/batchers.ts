import type { RunnableModel } from '@laurel/ports';
import { type Batcher, type BatchLimits, createBatcher } from './batcher.js';

/** One batcher for each model in memory. */
export interface Batchers {
  of(model: RunnableModel): Batcher;
}

/** Makes a batcher at the first request for a model; it goes when the model goes. */
export function createBatchers(limits: BatchLimits): Batchers {
  const batchers = new WeakMap<RunnableModel, Batcher>();
  return {
    of: (model) => {
      const known = batchers.get(model);
      if (known !== undefined) return known;
      const made = createBatcher(model, limits);
      batchers.set(model, made);
      return made;
    },
  };
}
