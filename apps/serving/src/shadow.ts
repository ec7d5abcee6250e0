import { setImmediate as nextTurn } from 'node:timers/promises';
import { isLaurelError, LaurelError } from '@laurel/contracts';
import type { Prediction, Split, VersionRef } from '@laurel/domain';
import type { RunnableModel } from '@laurel/ports';
import { v7 as uuidv7 } from 'uuid';
import type { ModelRegistry } from './model-registry.js';
import type { Served, Shadowed } from './predictions.js';

/** Copies that wait; more are dropped, because a shadow may never hold up a primary. */
const capacity = 256;
/** A regression agrees when it is within this share of the primary's value. */
const valueTolerance = 0.1;

export interface ShadowOptions {
  readonly registry: Pick<ModelRegistry, 'model'>;
  readonly observe: (shadowed: Shadowed) => void;
  readonly onDropped: (endpoint: string) => void;
  /** False while the split may be too old to copy traffic. */
  readonly mayCopy: () => boolean;
  readonly random?: () => number;
}

/** Copies answered requests to the shadow version, one at a time, between other work. */
export interface Shadow {
  served(served: Served): void;
  /** Drops what waits and ends after the copy in progress. */
  close(): Promise<void>;
}

export function createShadow(options: ShadowOptions): Shadow {
  const { registry, observe, onDropped, mayCopy, random = Math.random } = options;
  const waiting: { readonly served: Served; readonly version: VersionRef }[] = [];
  let working: Promise<void> | null = null;

  async function work(): Promise<void> {
    for (;;) {
      await nextTurn();
      const copy = waiting.shift();
      if (copy === undefined) return;
      const model = registry.model(copy.version.digest);
      if (model === undefined) onDropped(copy.served.split.endpoint);
      else observe(await runCopy(model, copy));
    }
  }

  return {
    served: (served) => {
      const version = shadowFor(served);
      if (version === null || !mayCopy() || random() * 100 >= version.sample) return;
      if (waiting.length >= capacity) {
        onDropped(served.split.endpoint);
        return;
      }
      waiting.push({ served, version });
      working ??= work().finally(() => {
        working = null;
      });
    },
    close: async () => {
      waiting.length = 0;
      await working;
    },
  };
}

/** Only requests that the split itself routed and a model answered are worth a comparison. */
function shadowFor({ split, chosen, answer }: Served): Split['shadow'] {
  const comparable = answer !== null && answer.arm !== 'baseline' && chosen.arm !== 'pinned';
  return comparable ? split.shadow : null;
}

async function runCopy(
  model: RunnableModel,
  { served, version }: { readonly served: Served; readonly version: VersionRef },
): Promise<Shadowed> {
  const startedAt = performance.now();
  const since = () => ({ primary: served, version, milliseconds: performance.now() - startedAt, at: new Date() });
  try {
    const predictions = await model.predict(served.request.rows);
    const rows = (served.answer?.rows ?? []).flatMap(({ predictionId, prediction: primary }, index) => {
      const prediction = predictions[index];
      if (prediction === undefined) return [];
      return [{ predictionId: uuidv7(), shadowOf: predictionId, prediction, differs: differs(primary, prediction) }];
    });
    return { ...since(), rows, failure: null };
  } catch (error) {
    const failure = isLaurelError(error) ? error : new LaurelError('Internal', 'The shadow failed.', { cause: error });
    return { ...since(), rows: null, failure };
  }
}

/** Tells whether two predictions disagree: another label, or a value beyond the tolerance. */
function differs(primary: Prediction, shadow: Prediction): boolean {
  if (primary.label !== shadow.label) return true;
  if (primary.value === null || shadow.value === null) return primary.value !== shadow.value;
  return Math.abs(primary.value - shadow.value) > valueTolerance * Math.abs(primary.value) + 1e-9;
}
