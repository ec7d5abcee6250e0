import type { ApiKeys, Fleet, ModelRunner, ObjectStore, Packages, TableEngine } from '@laurel/ports';
import { createMeter, type Logger } from '@laurel/telemetry';
import type { FastifyInstance } from 'fastify';
import { createDataPlane } from './data-plane.js';
import { createApp } from './http/create-app.js';
import { createDrain } from './http/drain.js';
import { createPredictionLog } from './log/prediction-log.js';
import { createGauges, createServingMetrics, type ServingMetrics } from './metrics.js';
import { createModelRegistry, type ModelRegistry } from './model-registry.js';
import type { Served, Shadowed } from './predictions.js';
import { createRecorder } from './recording/recorder.js';
import { type Contact, createContact } from './routing/contact.js';
import { createEjection } from './routing/ejection.js';
import { createRoutingTable, type RoutingTable } from './routing/routing-table.js';
import { settleWithin } from './settle-within.js';
import { createShadow, type Shadow } from './shadow.js';
import { startSyncLoop } from './sync-loop.js';

/** Longest wait for Postgres and the object store while draining. */
const leaveMilliseconds = 2_000;
const flushMilliseconds = 10_000;

/** What a serving process is made of. */
export interface ServingPorts {
  readonly fleet: Fleet;
  readonly packages: Pick<Packages, 'open'>;
  readonly runner: ModelRunner;
  readonly objectStore: ObjectStore;
  readonly tables: Pick<TableEngine, 'importTable'>;
  /** Who may call; `null` lets anybody. */
  readonly apiKeys: Pick<ApiKeys, 'authenticate'> | null;
  readonly log: Logger;
}

export interface ServingOptions {
  /** Unique for all time, see `newProcessName`. */
  readonly process: string;
  readonly logFolder: string;
}

/** A serving process without its socket. */
export interface Serving {
  readonly app: FastifyInstance;
  isReady(): boolean;
  /** Fails readiness, ends the lease, finishes what is being answered, sends and writes everything, frees models. */
  drain(): Promise<void>;
}

/** Everything that is told of answers. */
interface Recording {
  served(served: Served): void;
  shadowed(shadowed: Shadowed): void;
  close(): Promise<void>;
}

function startRecording(
  ports: ServingPorts,
  options: ServingOptions,
  { table, metrics }: { readonly table: RoutingTable; readonly metrics: ServingMetrics },
): Recording {
  const onDropped = (sink: string, rows: number) => metrics.rowsDropped(sink, rows);
  const { process, logFolder: root } = options;
  const recorder = createRecorder({ ...ports, process, splits: () => table.splits(), onDropped });
  const predictionLog = createPredictionLog({ ...ports, root, process, onDropped });
  const all = [metrics, recorder, predictionLog];
  return {
    served: (served) => {
      for (const one of all) one.served(served);
    },
    shadowed: (shadowed) => {
      for (const one of all) one.shadowed(shadowed);
    },
    close: async () => {
      await Promise.all([recorder.close(), predictionLog.close()]);
    },
  };
}

function startShadow(
  registry: ModelRegistry,
  { contact, recording, metrics }: { contact: Contact; recording: Recording; metrics: ServingMetrics },
): Shadow {
  return createShadow({
    registry,
    mayCopy: () => contact.isFresh(),
    onDropped: (endpoint) => metrics.shadowDropped(endpoint),
    observe: (shadowed) => recording.shadowed(shadowed),
  });
}

/** Wires a serving process; it begins to follow the desired state at once. */
export function startServing(ports: ServingPorts, options: ServingOptions): Serving {
  const { fleet, log } = ports;
  const meter = createMeter();
  const metrics = createServingMetrics(meter);
  const table = createRoutingTable();
  const contact = createContact();
  const registry = createModelRegistry(ports);
  const ejection = createEjection((endpoint, reason) => {
    metrics.ejected(endpoint);
    log.warn({ endpoint, reason }, 'this process refuses the challenger');
  });
  const recording = startRecording(ports, options, { table, metrics });
  const shadow = startShadow(registry, { contact, recording, metrics });
  const plane = createDataPlane({
    table,
    registry,
    mayChallenge: (split) => contact.isFresh() && !ejection.isRefused(split),
    observe: (served) => {
      for (const one of [ejection, recording, shadow]) one.served(served);
    },
  });
  const sync = startSyncLoop({ fleet, process: options.process, table, registry, contact, ejection, log });
  const isReady = () => sync.isReady();
  const refreshGauges = createGauges(meter, { table, registry, contact }, plane);
  const app = createApp({ plane, table, registry, meter, refreshGauges, isReady, log, apiKeys: ports.apiKeys });
  const draining = createDrain(app);
  return {
    app,
    isReady,
    drain: async () => {
      await settleWithin(leaveMilliseconds, sync.leave());
      await draining.drain();
      await settleWithin(leaveMilliseconds, sync.stop());
      await shadow.close();
      await settleWithin(flushMilliseconds, recording.close());
      await registry.close();
    },
  };
}
