import { LaurelError, trainerFiles } from '@laurel/contracts';
import type { Prediction, Row } from '@laurel/domain';
import type { ModelRunner, RunnableModel, VerifiedPackage } from '@laurel/ports';
import { admitTensors, type InputRule } from './admit.js';
import { createDrift } from './drift.js';
import { encodeRows } from './encode.js';
import { inspectModel } from './model-safety.js';
import { checkOutputs, decodeOutputs } from './outputs.js';
import { type GraphOptions, loopMilliseconds, type PlacedGraph, placeGraph } from './place-graph.js';

/** What is the same for every model of a runner. */
export interface RunnerOptions extends Pick<GraphOptions, 'log'> {
  /** Default 1; times the number of processes it should not exceed the cores. */
  readonly intraOpThreads?: number;
  /** Default `never`: evaluation has nobody to keep waiting. */
  readonly isolate?: GraphOptions['isolate'];
}

/** Rows are predicted in pieces of this many, so that the process stays responsive. */
const maximumBatch = 1024;

/** A runner of ONNX models, in this process and in children of it. */
export function createModelRunner(options: RunnerOptions = {}): ModelRunner {
  const { log } = options;
  /** Models whose runs on the loop came to take too long. */
  const slow = new Set<string>();

  function slowed(digest: string, mean: number): void {
    slow.add(digest);
    log?.warn(
      { digest, milliseconds: mean },
      'runs hold up the loop; the next load runs them in a process of their own',
    );
  }
  return {
    load: async (verified, { aside = false } = {}) => {
      const startedAt = performance.now();
      const { digest, manifest } = verified;
      const model = await verified.read(trainerFiles.model);
      const isolate = options.isolate === 'measured' && slow.has(digest) ? 'always' : options.isolate;
      const { signature } = manifest;
      const graph = { ...options, ...(isolate ? { isolate } : {}), signature, aside, name: nameOf(verified) };
      const runnable = await loadGraph(model, { ...graph, onSlow: (mean) => slowed(digest, mean) });
      const milliseconds = Math.round(performance.now() - startedAt);
      const { place, cost } = runnable;
      log?.info({ digest, bytes: model.byteLength, milliseconds, place, aside, cost }, 'model loaded');
      return runnable;
    },
  };
}

/** Enough of a digest to find it by. */
const digestLetters = 'sha256:'.length + 12;

function nameOf({ digest, manifest }: VerifiedPackage): string {
  return `${manifest.name} ${digest.slice(0, digestLetters)}`;
}

/** A graph to load; what is left out is as for `createModelRunner`. */
export interface LoadOptions extends RunnerOptions, Pick<GraphOptions, 'signature'> {
  readonly name?: string;
  readonly aside?: boolean;
  /** Told once when the mean run on the loop is above what the loop can spare, in milliseconds. */
  readonly onSlow?: (mean: number) => void;
}

/**
 * Loads and warms a graph; without a signature its tensors are all that is known of it. Errors: `ModelUnsafe` for a file
 * that is refused, does not load, or is not what the signature says; `ModelNotReady` for one that ends its process when it
 * is run; `DependencyUnavailable` when the system starts no process.
 */
export async function loadGraph(model: Uint8Array, options: LoadOptions): Promise<RunnableModel> {
  inspectModel(model);
  const { intraOpThreads = 1, isolate = 'never', aside = false, name = 'a model', signature, log } = options;
  const graph = await placeGraph(model, { signature, intraOpThreads, isolate, aside, name, log });
  const watched = isolate === 'measured' && graph.place === 'loop' ? watch(graph, options) : graph;
  return runnableModel(watched, signature);
}

/** Batches of one request may be larger than those it may share, and take longer; they do not count. */
function watch(graph: PlacedGraph, { onSlow }: LoadOptions): PlacedGraph {
  const { session, cost } = graph;
  const drift = createDrift(loopMilliseconds, (mean) => onSlow?.(mean));
  return {
    ...graph,
    session: {
      ...session,
      run: async (tensors) => {
        const outputs = await session.run(tensors);
        if ((tensors[0]?.shape[0] ?? 1) <= cost.maximumRows) drift.ran(session.lastRunMilliseconds());
        return outputs;
      },
    },
  };
}

function runnableModel({ session, ...facts }: PlacedGraph, signature: GraphOptions['signature']): RunnableModel {
  const { inputs, outputs } = session;
  const rules: readonly InputRule[] = inputs.map((spec) => ({
    ...spec,
    optional: signature?.inputs.find(({ name }) => name === spec.name)?.optional ?? false,
  }));

  function encode(rows: readonly Row[], firstRow = 0) {
    if (signature !== null) return inOrder(encodeRows(rows, signature, firstRow), rules);
    throw new LaurelError('InvalidInput', 'The model is a bare graph that takes tensors; rows have no meaning to it.');
  }
  async function predictPiece(rows: readonly Row[], firstRow: number): Promise<readonly Prediction[]> {
    if (rows.length === 0 || signature === null) return [];
    const given = await session.run(encode(rows, firstRow).tensors);
    checkOutputs(given, rows.length, signature);
    return decodeOutputs(given, rows.length, signature);
  }
  return {
    ...facts,
    signature,
    inputs,
    outputs,
    encode,
    admit: (tensors) => admitTensors(tensors, rules),
    run: ({ tensors }) => session.run(tensors),
    check: (given, rows) => checkOutputs(given, rows, signature),
    decode: (given, rows) => (signature === null ? [] : decodeOutputs(given, rows, signature)),
    predict: async (rows) => {
      const predictions: Prediction[] = [];
      for (let start = 0; start < rows.length; start += maximumBatch) {
        predictions.push(...(await predictPiece(rows.slice(start, start + maximumBatch), start)));
      }
      return predictions;
    },
    release: () => session.release(),
  };
}

function inOrder(batch: ReturnType<typeof encodeRows>, rules: readonly InputRule[]): ReturnType<typeof encodeRows> {
  const tensors = rules.flatMap(({ name }) => batch.tensors.find((tensor) => tensor.name === name) ?? []);
  return { rows: batch.rows, tensors };
}
