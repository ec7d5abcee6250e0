import { isLaurelError, LaurelError } from '@laurel/contracts';
import type { Digest, Prediction, Split } from '@laurel/domain';
import type { RunnableModel } from '@laurel/ports';
import type { ModelRegistry } from './model-registry.js';
import { newPredictionIds } from './plane/prediction-ids.js';
import { countedArm, type Served, type Shadowed } from './predictions.js';
import { settleWithin } from './settle-within.js';
import { type Copy, ShadowLane } from './shadow-lane.js';

/** A regression agrees when it is within this share of the primary's value. */
const valueTolerance = 0.1;
/** A copy in progress is waited for no longer when the process ends. */
const closeMilliseconds = 1_000;

export interface ShadowOptions {
  readonly registry: Pick<ModelRegistry, 'aside'>;
  readonly observe: (shadowed: Shadowed) => void;
  readonly onDropped: (endpoint: string) => void;
  /** False while the split may be too old to copy traffic. */
  readonly mayCopy: () => boolean;
  readonly random?: () => number;
}

/** Copies answered requests to the shadow version, which runs in a process of its own. */
export interface Shadow {
  /** Takes a request or drops it, at once. */
  served(served: Served): void;
  /** Drops what waits and ends after the copies in progress, or without them when they take too long. */
  close(): Promise<void>;
}

export function createShadow(options: ShadowOptions): Shadow {
  const { registry, observe, onDropped, mayCopy, random = Math.random } = options;
  /** A slow shadow takes no place from another. */
  const lanes = new Map<Digest, ShadowLane>();

  async function run(copy: Copy): Promise<void> {
    const model = registry.aside(copy.version.digest);
    if (model === undefined) onDropped(copy.served.split.endpoint);
    else observe(await runCopy(model, copy));
  }

  function laneOf(digest: Digest): ShadowLane {
    const known = lanes.get(digest);
    if (known !== undefined) return known;
    const made = new ShadowLane(run);
    lanes.set(digest, made);
    return made;
  }

  return {
    served: (served) => {
      const version = shadowFor(served);
      if (version === null || !mayCopy() || random() * 100 >= version.sample) return;
      if (!laneOf(version.digest).offer({ served, version })) onDropped(served.split.endpoint);
    },
    close: async () => {
      await settleWithin(closeMilliseconds, Promise.all([...lanes.values()].map((lane) => lane.clear())));
    },
  };
}

/** Only requests that the split itself routed and a model answered are worth a comparison. */
function shadowFor({ split, chosen, answer }: Served): Split['shadow'] {
  const comparable = answer !== null && answer.arm !== 'baseline' && countedArm(chosen) !== 'pinned';
  return comparable ? split.shadow : null;
}

async function runCopy(model: RunnableModel, { served, version }: Copy): Promise<Shadowed> {
  const startedAt = performance.now();
  const since = () => ({ primary: served, version, milliseconds: performance.now() - startedAt, at: Date.now() });
  try {
    const { input } = served.request;
    const batch = input.kind === 'rows' ? model.encode(input.rows) : model.admit(input.tensors);
    const outputs = await model.run(batch);
    model.check(outputs, batch.rows);
    const predictions = model.decode(outputs, batch.rows);
    const primary = served.answer?.predictions() ?? [];
    const differs = predictions.map((one, row) => disagree(primary[row], one));
    return { ...since(), answer: { ids: newPredictionIds(Date.now()), predictions, differs }, failure: null };
  } catch (error) {
    const failure = isLaurelError(error) ? error : new LaurelError('Internal', 'The shadow failed.', { cause: error });
    return { ...since(), answer: null, failure };
  }
}

/** Tells whether two predictions disagree: another label, or a value beyond the tolerance. */
function disagree(primary: Prediction | undefined, shadow: Prediction): boolean {
  if (primary === undefined || primary.label !== shadow.label) return true;
  if (primary.value === null || shadow.value === null) return primary.value !== shadow.value;
  return Math.abs(primary.value - shadow.value) > valueTolerance * Math.abs(primary.value) + 1e-9;
}
