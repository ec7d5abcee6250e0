import { LaurelError } from '@laurel/contracts';
import type { ModelSignature, TensorType } from '@laurel/domain';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { InputValue } from './cells.js';
import type { InputColumn } from './coerce.js';
import { describeMismatch, ortType } from './declared-types.js';
import type { OutputColumn } from './predict.js';

/** A model in memory. */
export interface Session {
  /** Runs one batch. Errors: `ModelOutputInvalid` when the graph fails, `ModelNotReady` after release. */
  run(feeds: { readonly [input: string]: InputColumn }): Promise<{ readonly [output: string]: OutputColumn }>;
  /** Waits for runs in flight, then frees native memory. */
  release(): Promise<void>;
}

/** Severity 4 keeps onnxruntime from writing to standard error; failures come back as errors. */
const quiet = 4;

/**
 * Creates a session and checks that it takes and gives what `signature` declares. Errors: `ModelUnsafe`.
 */
export async function openSession(
  model: Uint8Array,
  { signature, threads }: { readonly signature: ModelSignature; readonly threads: number },
): Promise<Session> {
  const session = await createSession(model, threads);
  const mismatch = describeMismatch(signature, session);
  if (mismatch !== undefined) {
    await session.release();
    throw new LaurelError('ModelUnsafe', `The model does not match its signature: ${mismatch}.`);
  }
  return guard(
    session,
    signature.outputs.map(({ name }) => name),
  );
}

async function createSession(model: Uint8Array, threads: number): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(model, {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'all',
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: quiet,
    });
  } catch (error) {
    throw new LaurelError('ModelUnsafe', `The model does not load: ${firstLine(error)}.`, { cause: error });
  }
}

function guard(session: InferenceSession, outputs: readonly string[]): Session {
  const running = new Set<Promise<unknown>>();
  let released: Promise<void> | undefined;

  async function runOnce(feeds: { readonly [input: string]: InputColumn }) {
    const tensors = Object.fromEntries(Object.entries(feeds).map(([name, column]) => [name, tensorOf(column)]));
    const given = await session.run(tensors, [...outputs], { logSeverityLevel: quiet }).catch((error: unknown) => {
      throw new LaurelError('ModelOutputInvalid', `The model failed on this input: ${firstLine(error)}.`, {
        cause: error,
      });
    });
    return Object.fromEntries(Object.entries(given).map(([name, tensor]) => [name, takeOutput(tensor)]));
  }

  async function freeWhenIdle(): Promise<void> {
    while (running.size > 0) await Promise.allSettled(running);
    await session.release();
  }

  return {
    run: (feeds) => {
      if (released) return Promise.reject(new LaurelError('ModelNotReady', 'The model has been released; ask again.'));
      const run = runOnce(feeds).finally(() => running.delete(run));
      running.add(run);
      return run;
    },
    release: () => {
      released ??= freeWhenIdle();
      return released;
    },
  };
}

const buffers: { readonly [type in TensorType]: (values: readonly InputValue[]) => unknown } = {
  FP32: (values) => Float32Array.from(values as readonly number[]),
  FP64: (values) => Float64Array.from(values as readonly number[]),
  INT32: (values) => Int32Array.from(values as readonly number[]),
  INT64: (values) => BigInt64Array.from(values as readonly bigint[]),
  BOOL: (values) => Uint8Array.from(values, Number),
  BYTES: (values) => values,
};

function tensorOf({ dtype, dims, values }: InputColumn): Tensor {
  return new Tensor(ortType[dtype], buffers[dtype](values) as Float32Array, [...dims]);
}

/** Copies an output out of native memory and frees it. */
function takeOutput(tensor: Tensor): OutputColumn {
  const column = { dims: tensor.dims, data: Array.from(tensor.data as ArrayLike<unknown>) };
  tensor.dispose();
  return column;
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n')[0] ?? '').slice(0, 300);
}
