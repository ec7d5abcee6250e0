import { LaurelError } from '@laurel/contracts';
import type { ModelSignature } from '@laurel/domain';
import type { ModelProbe } from '@laurel/ports';
import { coerceRows } from './coerce.js';
import { describeMismatch, ortType } from './declared-types.js';
import { inspectModel } from './model-safety.js';
import { type ChildEnd, type ChildLimits, runProbeChild } from './probe-child.js';
import { warmRows } from './warm-rows.js';

interface Metadata {
  readonly name: string;
  readonly isTensor: boolean;
  readonly type?: string;
}

/** What the child says, one JSON line each. */
type ChildLine =
  | { readonly stage: 'loaded'; readonly inputs: readonly Metadata[]; readonly outputs: readonly Metadata[] }
  | { readonly stage: 'ran' }
  | { readonly stage: 'failed'; readonly message: string };

/** A probe that reads the file first and then loads and runs it in a limited child process. */
export function createModelProbe(limits: ChildLimits): ModelProbe {
  return {
    probe: async (model, signature) => {
      inspectModel(model);
      const end = await runProbeChild([headerOf(signature), model], limits);
      const problem = problemOf(linesOf(end.output), signature) ?? howItDied(end, limits);
      if (problem !== undefined) throw new LaurelError('ModelUnsafe', `The model is refused: ${problem}.`);
    },
  };
}

function headerOf(signature: ModelSignature): Uint8Array {
  const columns = Object.entries(coerceRows(warmRows(signature), signature));
  const feeds = columns.map(([name, { dtype, dims, values }]) => ({ name, type: ortType[dtype], dims, values }));
  const outputs = signature.outputs.map(({ name }) => name);
  const text = JSON.stringify({ feeds, outputs }, (_, value: unknown) =>
    typeof value === 'bigint' ? `${value}` : value,
  );
  return new TextEncoder().encode(`${text}\n`);
}

function linesOf(output: string): readonly ChildLine[] {
  const whole = output.slice(0, output.lastIndexOf('\n') + 1);
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ChildLine);
}

/**
 * What the child reported against the model. A run that failed on made-up rows is no proof against it, unless memory
 * ran out.
 */
function problemOf(lines: readonly ChildLine[], signature: ModelSignature): string | undefined {
  const loaded = lines.find((line) => line.stage === 'loaded');
  const failed = lines.find((line) => line.stage === 'failed');
  if (loaded === undefined) return failed && `it does not load, ${failed.message}`;
  if (failed !== undefined && /alloc|memory/i.test(failed.message))
    return `running it takes too much memory, ${failed.message}`;
  return describeMismatch(signature, { inputMetadata: loaded.inputs, outputMetadata: loaded.outputs });
}

function howItDied(end: ChildEnd, limits: ChildLimits): string | undefined {
  if (end.timedOut) return `it did not load and run within ${limits.timeoutMilliseconds} ms`;
  const finished = linesOf(end.output).some((line) => line.stage !== 'loaded');
  if (finished && end.code === 0) return undefined;
  const how = end.signal ?? `exit code ${end.code}`;
  return `the process that loaded it died (${how}); it may need more than ${limits.memoryMegabytes} MB`;
}
