import { LaurelError } from '@laurel/contracts';
import { type Tensor as PlainTensor, type TensorSpec, type TensorType } from '@laurel/domain';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { ortType, tensorTypeOf } from './declared-types.js';

/** What a session says about itself, in onnxruntime's words. */
export type GraphFacts = Pick<InferenceSession, 'inputMetadata' | 'outputMetadata'>;

/** A graph in memory, of this process or of a child. */
export interface Session {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** Runs once; outputs in the order of `outputs`. Errors: `ModelOutputInvalid` when the graph fails, `ModelNotReady` after release. */
  run(tensors: readonly PlainTensor[]): Promise<readonly PlainTensor[]>;
  /** Milliseconds that the run which was answered last took, without waiting for its turn; 0 before the first. */
  lastRunMilliseconds(): number;
  /** Waits for runs in flight, then frees native memory. */
  release(): Promise<void>;
}

/** Severity 4 keeps onnxruntime from writing to standard error; failures come back as errors. */
const quiet = 4;

/** Opens a graph. Errors: `ModelUnsafe` for one that does not load or gives anything but tensors. */
export async function openSession(
  model: Uint8Array,
  { threads, outputs: wanted }: { readonly threads: number; readonly outputs: readonly string[] | null },
): Promise<Session> {
  const session = await createSession(model, threads);
  try {
    return guard(session, specsOf(session, wanted));
  } catch (error) {
    await session.release();
    throw error;
  }
}

async function createSession(model: Uint8Array, threads: number): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(model, {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'all',
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: quiet,
      // A file may be read as ONNX and as onnxruntime's own format; what the pre-parser has seen is the first.
      extra: { session: { load_model_format: 'ONNX' } },
    });
  } catch (error) {
    throw new LaurelError('ModelUnsafe', `The model does not load: ${firstLine(error)}.`, { cause: error });
  }
}

/** What a graph takes and gives, of its outputs the wanted ones. Errors: `ModelUnsafe` for anything but tensors. */
export function specsOf(
  { inputMetadata, outputMetadata }: GraphFacts,
  wanted: readonly string[] | null,
): Pick<Session, 'inputs' | 'outputs'> {
  const outputs = outputMetadata.filter(({ name }) => wanted === null || wanted.includes(name));
  return { inputs: inputMetadata.map(specOf), outputs: outputs.map(specOf) };
}

/** A tensor that a graph declares; a dimension with a name varies. */
function specOf(metadata: InferenceSession.ValueMetadata): TensorSpec {
  const datatype = metadata.isTensor ? tensorTypeOf(metadata.type) : undefined;
  if (metadata.isTensor && datatype !== undefined) {
    return { name: metadata.name, datatype, shape: metadata.shape.map((dim) => (typeof dim === 'number' ? dim : -1)) };
  }
  const what = metadata.isTensor
    ? `has the type ${metadata.type}`
    : 'is not a tensor; convert classifiers with zipmap=False';
  throw new LaurelError('ModelUnsafe', `The model cannot be served: its ${metadata.name} ${what}.`);
}

function guard(session: InferenceSession, specs: Pick<Session, 'inputs' | 'outputs'>): Session {
  const { outputs } = specs;
  const names = outputs.map(({ name }) => name);
  const options = { logSeverityLevel: quiet } as const;
  let running = 0;
  let milliseconds = 0;
  let idle: (() => void) | undefined;
  let released: Promise<void> | undefined;

  async function run(tensors: readonly PlainTensor[]): Promise<readonly PlainTensor[]> {
    if (released) throw new LaurelError('ModelNotReady', 'The model has been released; ask again.');
    running += 1;
    let startedAt = performance.now();
    try {
      // The run is an immediate of its own; this one comes just before it, so that the wait for both does not count.
      setImmediate(() => {
        startedAt = performance.now();
      });
      const given = await session.run(feedsOf(tensors), names, options);
      milliseconds = performance.now() - startedAt;
      return outputs.map(({ name, datatype }) => takeOutput(name, datatype, given[name] as Tensor));
    } catch (error) {
      throw new LaurelError('ModelOutputInvalid', `The model failed on this input: ${firstLine(error)}.`, {
        cause: error,
      });
    } finally {
      running -= 1;
      if (running === 0) idle?.();
    }
  }

  async function freeWhenIdle(): Promise<void> {
    if (running > 0)
      await new Promise<void>((done) => {
        idle = done;
      });
    await session.release();
  }

  return {
    ...specs,
    run,
    lastRunMilliseconds: () => milliseconds,
    release: () => {
      released ??= freeWhenIdle();
      return released;
    },
  };
}

function feedsOf(tensors: readonly PlainTensor[]): { [name: string]: Tensor } {
  const feeds: { [name: string]: Tensor } = {};
  for (const tensor of tensors) feeds[tensor.name] = feedOf(tensor);
  return feeds;
}

function feedOf({ datatype, shape, data }: PlainTensor): Tensor {
  const feed = new Tensor(ortType[datatype], data as Float32Array, shape);
  if (datatype !== 'FP16') return feed;
  // Native code of Node 24 takes a Float16Array for empty; the same bits as whole numbers it reads.
  const { buffer, byteOffset, length } = data as Float16Array;
  return Object.assign(feed, { cpuData: new Uint16Array(buffer, byteOffset, length) });
}

/** Copies an output out of native memory and frees it. */
function takeOutput(name: string, datatype: TensorType, tensor: Tensor): PlainTensor {
  const data = (tensor.data as Float32Array).slice();
  const shape = tensor.dims;
  tensor.dispose();
  return { name, datatype, shape, data };
}

/** First line of what onnxruntime says, for one sentence. */
export function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n')[0] ?? '').slice(0, 300);
}
