import { LaurelError } from '@laurel/contracts';
import type { ModelSignature } from '@laurel/domain';
import type { ModelProbe } from '@laurel/ports';
import { describeMismatch, ortType } from './declared-types.js';
import { inspectModel } from './model-safety.js';
import { type ChildLine, linesOf } from './probe-answer.js';
import { type ChildEnd, type ChildLimits, runProbeChild } from './probe-child.js';

/** A probe that reads the file first and then loads and runs it in a limited child process. */
export function createModelProbe(limits: ChildLimits): ModelProbe {
  return {
    probe: async (model, signature) => {
      inspectModel(model);
      const end = await runProbeChild([headerOf(signature), model], limits);
      const lines = linesOf(end.output);
      const problem = problemOf(lines, signature) ?? howItDied(end, { lines, limits });
      if (problem !== undefined) throw new LaurelError('ModelUnsafe', `The model is refused: ${problem}.`);
    },
  };
}

/** One made-up row: the child fills it with zeros and empty texts. */
function headerOf(signature: ModelSignature | null): Uint8Array {
  if (signature === null) return headerLine({ feeds: null, outputs: null });
  const { inputs, outputs } = signature;
  const feeds = inputs.map(({ name, dtype, shape }) => ({
    name,
    type: ortType[dtype],
    dims: shape.map((dim) => Math.max(dim, 1)),
  }));
  return headerLine({ feeds, outputs: outputs.map(({ name }) => name) });
}

function headerLine(header: object): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(header)}\n`);
}

/**
 * What the child reported against the model. A run that failed on made-up rows is no proof against it, unless memory
 * ran out.
 */
function problemOf(lines: readonly ChildLine[], signature: ModelSignature | null): string | undefined {
  const loaded = lines.find((line) => line.stage === 'loaded');
  const failed = lines.find((line) => line.stage === 'failed');
  if (loaded === undefined) return failed && `it does not load, ${failed.message}`;
  if (failed !== undefined && /alloc|memory|exceeds the supported maximum/i.test(failed.message))
    return `running it takes too much memory, ${failed.message}`;
  return signature === null
    ? undefined
    : describeMismatch(signature, { inputMetadata: loaded.inputs, outputMetadata: loaded.outputs });
}

function howItDied(
  end: ChildEnd,
  { lines, limits }: { readonly lines: readonly ChildLine[]; readonly limits: ChildLimits },
): string | undefined {
  if (end.timedOut) return `it did not load and run within ${limits.timeoutMilliseconds} ms`;
  if (end.code === 0 && lines.some(({ stage }) => stage !== 'loaded')) return undefined;
  const how = end.signal ?? `exit code ${end.code}`;
  return `the process that loaded it died (${how}); it may need more than ${limits.memoryMegabytes} MB`;
}
