import type { Split, Tensor, TensorSpec } from '@laurel/domain';
import type { PredictAnswer, Protocol, Route } from '../predictions.js';
import { type LoggedTensor, type RecordContext, widthOf } from './segment-format.js';
import { type ElementsWriter, elementsWriters } from './tensor-data.js';

/** What decides a request's context. */
export interface ContextFacts extends Route {
  readonly split: Split;
  readonly model: PredictAnswer['model'];
  readonly outputs: readonly Tensor[];
  readonly failed: boolean;
  readonly error: string | null;
  readonly fallback: boolean;
  readonly protocol: Protocol;
}

/** A context with what writing needs at hand. */
export interface KnownContext {
  readonly context: RecordContext;
  /** The context as JSON. */
  readonly text: Buffer;
  readonly inputs: readonly TensorWriter[];
  readonly outputs: readonly TensorWriter[];
  readonly model: PredictAnswer['model'];
  readonly outputCount: number;
  /** The block that has it, and its number there. */
  block: number;
  index: number;
}

/** How a tensor of a context is written. */
export interface TensorWriter {
  /** Elements of a row, or −1 where each request says its shape. */
  readonly width: number;
  /** `null` for a redacted one. */
  readonly write: ElementsWriter | null;
}

/** The contexts that have been seen. */
export interface RecordContexts {
  find(facts: ContextFacts): KnownContext;
}

interface ContextsOfSplit {
  readonly redact: ReadonlySet<string>;
  readonly known: KnownContext[];
}

/**
 * Splits are read anew several times a second, so equal ones share their contexts; among those of a split a short search
 * is faster than any key.
 */
export function createRecordContexts(): RecordContexts {
  const bySplit = new WeakMap<Split, ContextsOfSplit>();
  const byContent = new Map<string, ContextsOfSplit>();

  function contextsOf(split: Split): ContextsOfSplit {
    const seen = bySplit.get(split);
    if (seen !== undefined) return seen;
    const redact = split.policy?.log.redact ?? [];
    const key = JSON.stringify([split.endpoint, split.epoch, redact]);
    const shared = byContent.get(key) ?? { redact: new Set(redact), known: [] };
    byContent.set(key, shared);
    bySplit.set(split, shared);
    return shared;
  }

  return {
    find: (facts) => {
      const { known, redact } = contextsOf(facts.split);
      for (const one of known) if (fits(one, facts)) return one;
      const made = knownContext(facts, redact);
      known.push(made);
      return made;
    },
  };
}

function fits({ context, model, outputCount }: KnownContext, facts: ContextFacts): boolean {
  return (
    model === facts.model &&
    context.arm === facts.arm &&
    context.version === facts.version.version &&
    context.error === facts.error &&
    context.fallback === facts.fallback &&
    context.protocol === facts.protocol &&
    outputCount === facts.outputs.length &&
    (context.status === 'error') === facts.failed &&
    context.digest === facts.version.digest
  );
}

function knownContext(facts: ContextFacts, redact: ReadonlySet<string>): KnownContext {
  const { split, model, outputs } = facts;
  const logged = ({ name, datatype, shape }: TensorSpec): LoggedTensor => ({
    name,
    datatype,
    shape,
    redacted: redact.has(name),
  });
  const context: RecordContext = {
    endpoint: split.endpoint,
    epoch: split.epoch,
    arm: facts.arm,
    version: facts.version.version,
    digest: facts.version.digest,
    status: facts.failed ? 'error' : 'ok',
    error: facts.error,
    fallback: facts.fallback,
    protocol: facts.protocol,
    inputs: (model?.inputs ?? []).map(logged),
    outputs: outputs.map(({ shape, ...tensor }) => logged({ ...tensor, shape: [-1, ...shape.slice(1)] })),
    meaning: meaningOf(model),
  };
  return {
    context,
    text: Buffer.from(JSON.stringify(context)),
    inputs: context.inputs.map(tensorWriter),
    outputs: context.outputs.map(tensorWriter),
    model,
    outputCount: outputs.length,
    block: 0,
    index: 0,
  };
}

function tensorWriter(tensor: LoggedTensor): TensorWriter {
  return { width: widthOf(tensor), write: tensor.redacted ? null : elementsWriters[tensor.datatype] };
}

function meaningOf(model: PredictAnswer['model']): RecordContext['meaning'] {
  const signature = model?.signature ?? null;
  if (signature === null) return null;
  return {
    roles: Object.fromEntries(signature.outputs.map(({ name, role }) => [name, role])),
    classes: signature.classes,
  };
}
