import type { ErrorCode, StandaloneFacts, StandaloneModel } from '@laurel/contracts';
import { isLaurelError, LaurelError } from '@laurel/contracts';
import type { ServingPolicy } from '@laurel/domain';
import { createMeter, type Logger, type Tracer } from '@laurel/telemetry';
import { createFront, type Front } from '../front.js';
import { createEventCounters } from '../metrics/event-counters.js';
import type { Repetition } from '../repeat.js';
import { type AnswerLog, openAnswerLog } from './answer-log.js';
import type { StandaloneConfig } from './config.js';
import { curlLine } from './curl-line.js';
import { type GraphLoader, type LoadedFile, loadFile } from './model-file.js';
import { createShelf, type Shelf } from './shelf.js';
import { watchFiles } from './watch.js';

/** What a process on its own is made of. */
export interface StandaloneParts {
  readonly loader: GraphLoader;
  readonly log: Logger;
  /** `null` or absent: no traces are written. */
  readonly tracer?: Tracer | null;
  readonly onReload: (model: StandaloneModel) => void;
  readonly onReloadFailed: (file: string, message: string) => void;
}

/** A serving process without a database: what it serves was named on its command line. */
export interface Standalone {
  readonly facts: StandaloneFacts;
  /** Answers what is in progress, writes the log and frees the models. */
  drain(): Promise<void>;
}

/** Loads the model files and answers for them. Errors: those of `loadFile` and `openAnswerLog`, `PortTaken`, `InvalidInput`. */
export async function startStandalone(config: StandaloneConfig, parts: StandaloneParts): Promise<Standalone> {
  const shelf = createShelf(policyOf(config));
  const undo: (() => Promise<void>)[] = [() => shelf.close()];
  const stop = async () => {
    for (const step of undo.toReversed()) await step();
  };
  try {
    for (const file of config.models) shelf.put(await loadFile(file, 1, parts.loader));
    const { front, answerLog } = await createStandaloneFront(shelf, config, parts);
    if (answerLog !== null) undo.push(() => answerLog.close());
    undo.push(() => front.drain());
    const { url, grpcUrl } = await listen(front, config);
    if (config.watch) {
      const watching = startWatching(shelf, url, parts);
      undo.push(() => watching.stop());
    }
    const models = shelf.files().map((file) => modelFacts(file, url));
    return { facts: { url, grpcUrl, models, log: config.log }, drain: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function policyOf({ slaMilliseconds, maximumBatch }: StandaloneConfig): ServingPolicy {
  return {
    sla: { latencyMilliseconds: slaMilliseconds, confidence: null },
    batching: { maximumRows: maximumBatch },
    log: { durability: 'relaxed', sample: 100, redact: [] },
  };
}

async function createStandaloneFront(
  shelf: Shelf,
  config: Pick<StandaloneConfig, 'log' | 'streamDialect'>,
  { log, tracer = null }: Pick<StandaloneParts, 'log' | 'tracer'>,
): Promise<{ readonly front: Front; readonly answerLog: AnswerLog | null }> {
  const meter = createMeter();
  const events = createEventCounters(meter);
  const answerLog = config.log === null ? null : await openAnswerLog(config.log, { meter, events, log });
  const front = createFront({
    table: shelf.table,
    registry: shelf,
    contact: { ageMilliseconds: () => 0 },
    backgrounds: noBackgrounds,
    apiKeys: null,
    fleet: null,
    operatorKeys: null,
    denied: () => undefined,
    isReady: () => true,
    streamDialect: config.streamDialect,
    tracer,
    meter,
    log,
    mayChallenge: () => false,
    observe: (served) => answerLog?.served(served),
    settle: null,
  });
  return { front, answerLog };
}

function noBackgrounds(): Promise<never> {
  const message =
    'A model file has no background rows to compare with; train with Laurel to have predictions explained.';
  return Promise.reject(new LaurelError('Unsupported', message));
}

const listenProblems: { readonly [code: string]: readonly [code: ErrorCode, what: string] } = {
  EADDRINUSE: ['PortTaken', 'is taken; choose another with OPTION, or stop what listens there'],
  EACCES: ['InvalidInput', 'may not be used by this user; choose one above 1023 with OPTION'],
  EADDRNOTAVAIL: ['InvalidInput', 'is not an address of this machine; choose another with --host'],
  ENOTFOUND: ['InvalidInput', 'is not an address of this machine; choose another with --host'],
};

async function listen(
  front: Front,
  { host, port, grpcPort }: StandaloneConfig,
): Promise<Pick<StandaloneFacts, 'url' | 'grpcUrl'>> {
  const named = (error: unknown, wanted: number, option: string) => {
    const [code, what] = listenProblems[(error as NodeJS.ErrnoException).code ?? ''] ?? [];
    if (code === undefined || what === undefined) return error;
    return new LaurelError(code, `${host}:${wanted} ${what.replace('OPTION', option)}.`, { cause: error });
  };
  const url = await front
    .listen({ host, port })
    .catch((error: unknown) => Promise.reject(named(error, port, '--port')));
  const grpcUrl = await front
    .listenGrpc({ host, port: grpcPort })
    .catch((error: unknown) => Promise.reject(named(error, grpcPort, '--grpc-port')));
  return { url, grpcUrl };
}

function startWatching(shelf: Shelf, url: string, { loader, onReload, onReloadFailed }: StandaloneParts): Repetition {
  const paths = [...new Set(shelf.files().map(({ path }) => path))];
  return watchFiles(paths, async (path) => {
    for (const before of shelf.files().filter((file) => file.path === path)) {
      try {
        const next = await loadFile(before, before.version.version + 1, loader);
        shelf.put(next);
        onReload(modelFacts(next, url));
      } catch (error) {
        if (!isLaurelError(error)) throw error;
        onReloadFailed(path, error.message);
      }
    }
  });
}

function modelFacts({ name, path, version, model, example }: LoadedFile, url: string): StandaloneModel {
  return {
    name,
    file: path,
    version: version.version,
    digest: version.digest,
    inputs: model.inputs,
    outputs: model.outputs,
    curl: curlLine(`${url}/v2/models/${name}/infer`, example.tensors),
    curlAnswers: example.answers,
  };
}
