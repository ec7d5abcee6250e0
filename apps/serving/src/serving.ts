import type { ApiKeys, Audit, Fleet, ModelRunner, Packages } from '@laurel/ports';
import { createMeter, type Logger, type Meter, type Tracer } from '@laurel/telemetry';
import { createDenials } from './denials.js';
import { createBackgrounds } from './explain/backgrounds.js';
import { createFront } from './front.js';
import type { StreamDialect } from './grpc/stream-infer.js';
import type { ListenOptions } from './http/listen.js';
import { createCommitMetric, exposeLogState } from './log/log-metrics.js';
import { createPredictionLog, defaultLogSettings, type PredictionLogSettings } from './log/prediction-log.js';
import { createEventCounters, type EventCounters } from './metrics/event-counters.js';
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
  /** Who may call; `null` lets anybody. */
  readonly apiKeys: Pick<ApiKeys, 'authenticate'> | null;
  /** Whose keys may change what is loaded. */
  readonly operatorKeys: Pick<ApiKeys, 'authenticate'> | null;
  /** Where it is written who was turned away; absent: nowhere. */
  readonly audit?: Pick<Audit, 'append'>;
  /** `null` or absent: no traces are written. */
  readonly tracer?: Tracer | null;
  readonly log: Logger;
}

export interface ServingOptions {
  /** Unique for all time, see `newProcessName`. */
  readonly process: string;
  readonly logFolder: string;
  /** Default: `defaultLogSettings`. */
  readonly predictionLog?: Partial<PredictionLogSettings>;
  /** Of gRPC streams whose callers name none; Triton's unless told. */
  readonly streamDialect?: StreamDialect;
}

/** A serving process without its socket. */
export interface Serving {
  /** Starts to answer; gives the URL. Rejects when the port is taken. */
  listen(options: ListenOptions): Promise<string>;
  /** Starts to answer gRPC; gives the URL. Rejects when the port is taken. */
  listenGrpc(options: ListenOptions): Promise<string>;
  isReady(): boolean;
  /** Fails readiness, ends the lease, finishes what is being answered, sends and writes everything, frees models. */
  drain(): Promise<void>;
}

/** Everything that is told of answers. */
interface Recording {
  served(served: Served): void;
  shadowed(shadowed: Shadowed): void;
  /** Resolves when the answer may be given. Errors: `StorageFull`, `DependencyUnavailable`. */
  settle(served: Served): Promise<void>;
  close(): Promise<void>;
}

function startRecording(
  ports: ServingPorts,
  options: ServingOptions,
  { table, events, meter }: { readonly table: RoutingTable; readonly events: EventCounters; readonly meter: Meter },
): Recording {
  const onDropped = (sink: string, rows: number) => events.rowsDropped(sink, rows);
  const { process, logFolder: root } = options;
  const recorder = createRecorder({ ...ports, process, splits: () => table.splits(), onDropped });
  const settings = { ...defaultLogSettings, ...options.predictionLog };
  const onCommit = createCommitMetric(meter);
  const predictionLog = createPredictionLog({ ...settings, root, process, onDropped, onCommit, log: ports.log });
  exposeLogState(meter, () => predictionLog.state());
  return {
    served: (served) => {
      recorder.served(served);
      predictionLog.served(served);
    },
    shadowed: (shadowed) => {
      events.shadowed(shadowed);
      recorder.shadowed(shadowed);
      predictionLog.shadowed(shadowed);
    },
    settle: (served) => predictionLog.settle(served),
    close: async () => {
      await Promise.all([recorder.close(), predictionLog.close()]);
    },
  };
}

function startShadow(
  registry: ModelRegistry,
  { contact, recording, events }: { contact: Contact; recording: Recording; events: EventCounters },
): Shadow {
  return createShadow({
    registry,
    mayCopy: () => contact.isFresh(),
    onDropped: (endpoint) => events.shadowDropped(endpoint),
    observe: (shadowed) => recording.shadowed(shadowed),
  });
}

/** Wires a serving process; it begins to follow the desired state at once. */
export function startServing(ports: ServingPorts, options: ServingOptions): Serving {
  const { fleet, log } = ports;
  const meter = createMeter();
  const events = createEventCounters(meter);
  const table = createRoutingTable();
  const contact = createContact();
  const registry = createModelRegistry(ports);
  const ejection = createEjection((endpoint, reason) => {
    events.ejected(endpoint);
    log.warn({ endpoint, reason }, 'this process refuses the challenger');
  });
  const recording = startRecording(ports, options, { table, events, meter });
  const shadow = startShadow(registry, { contact, recording, events });
  const sync = startSyncLoop({ fleet, process: options.process, table, registry, contact, ejection, log });
  const isReady = () => sync.isReady();
  const denials = ports.audit === undefined ? null : createDenials(ports.audit, log);
  const front = createFront({
    table,
    registry,
    contact,
    backgrounds: createBackgrounds(ports.packages),
    apiKeys: ports.apiKeys,
    fleet,
    operatorKeys: ports.operatorKeys,
    denied: (turnedAway) => denials?.denied(turnedAway),
    isReady,
    streamDialect: options.streamDialect ?? 'triton',
    tracer: ports.tracer ?? null,
    meter,
    log,
    arrival: (endpoint) => sync.arrival(endpoint),
    mayChallenge: (split) => contact.isFresh() && !ejection.isRefused(split),
    observe: (served) => {
      ejection.served(served);
      recording.served(served);
      shadow.served(served);
    },
    settle: (served) => recording.settle(served),
  });
  return {
    listen: (where) => front.listen(where),
    listenGrpc: (where) => front.listenGrpc(where),
    isReady,
    drain: async () => {
      await settleWithin(leaveMilliseconds, sync.leave());
      await front.drain();
      await settleWithin(leaveMilliseconds, sync.stop());
      await shadow.close();
      await settleWithin(leaveMilliseconds, denials?.close() ?? Promise.resolve());
      await settleWithin(flushMilliseconds, recording.close());
      await registry.close();
    },
  };
}
