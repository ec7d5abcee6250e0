import { createServer as createListener, type Socket, type Server as TcpServer } from 'node:net';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { logVerbosity, Server, ServerCredentials, setLogVerbosity } from '@grpc/grpc-js';
import type { Tracer } from '@laurel/telemetry';
import { largestBody } from '../http/ask.js';
import type { KeyCheck } from '../http/guard.js';
import { type ListenOptions, listenOn } from '../http/listen.js';
import { settleWithin } from '../settle-within.js';
import { addHealthService } from './health-service.js';
import { addInferenceService, type InferenceParts, streamingPaths } from './inference-service.js';
import { createKeyInterceptor } from './key-interceptor.js';
import { type UnfinishedLimits, watchSlowCallers } from './slow-callers.js';
import { addPredictionService } from './tensorflow/prediction-service.js';
import { createTraceInterceptor } from './trace-interceptor.js';

/** New connections are still taken for this long, so that whoever watches health sends no more. */
const lameDuckMilliseconds = 250;
/** Calls in progress get this long to be answered. */
const busyMilliseconds = 20_000;

/**
 * A connection carries at most 100 calls at once, one message at most what an HTTP body may have. A connection without
 * calls is closed after five minutes, and one whose other end is silent is found by a ping each minute.
 */
const limits = {
  'grpc.max_receive_message_length': largestBody,
  'grpc.max_send_message_length': -1,
  'grpc.max_concurrent_streams': 100,
  'grpc.max_connection_idle_ms': 300_000,
  'grpc.keepalive_time_ms': 60_000,
  'grpc.keepalive_timeout_ms': 20_000,
  'grpc.enable_channelz': 0,
} as const;

/**
 * As over HTTP a request has 30 s to come. All that are coming on one connection take what four of the largest take; the
 * compressed ones of all connections are taken for 16 of the largest, because 33 KB may become 32 MiB.
 */
const unfinishedLimits: UnfinishedLimits = {
  maximumBytes: 4 * largestBody,
  maximumMilliseconds: 30_000,
  maximumInflatedBytes: 16 * largestBody,
};

export interface GrpcParts extends InferenceParts {
  /** Who may call; `null` lets anybody. */
  readonly isLive: KeyCheck | null;
  /** Writes a span for each call but those after health; `null` writes none. */
  readonly tracer: Tracer | null;
  readonly unfinishedLimits?: UnfinishedLimits;
}

/** The gRPC side of a serving process. */
export interface GrpcServer {
  /** Starts to answer; gives the URL. Rejects when the port is taken. */
  listen(options: ListenOptions): Promise<string>;
  /** Takes no new calls and returns when those in progress are answered or time is up. */
  drain(): Promise<void>;
}

/** The gRPC server of a serving process; it does not listen yet. */
export function createGrpcServer(parts: GrpcParts): GrpcServer {
  const { isLive, tracer } = parts;
  const interceptors = [
    ...(tracer === null ? [] : [createTraceInterceptor(tracer)]),
    ...(isLive === null ? [] : [createKeyInterceptor(isLive, parts.denied)]),
  ];
  const slowCallers = watchSlowCallers(parts.unfinishedLimits ?? unfinishedLimits, streamingPaths);
  // What grpc-js would print are mistakes of callers, who could fill a disk with them.
  setLogVerbosity(logVerbosity.NONE);
  const server = new Server({ ...limits, interceptors });
  const watchers = addHealthService(server, parts);
  const streams = addInferenceService(server, parts);
  addPredictionService(server, parts);
  // grpc-js cannot share a port with other processes (SO_REUSEPORT): the connections are taken here and handed to it.
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const listener = createListener({ noDelay: true }, (socket: Socket) => injector.injectConnection(socket));
  return {
    listen: async (options) => (await listenOn(listener, options)).replace('http://', 'grpc://'),
    drain: async () => {
      watchers.leave();
      if (listener.listening) await pause(lameDuckMilliseconds);
      await stopListening(listener);
      streams.leave();
      await settleWithin(busyMilliseconds, shutDown(server));
      server.forceShutdown();
      slowCallers.stop();
    },
  };
}

/** Closes the socket right after the loop has taken what waited at it, because the kernel resets what it has not. */
async function stopListening(listener: TcpServer): Promise<void> {
  await nextTurn();
  if (listener.listening) listener.close();
}

/** Tells every connection to go away (GOAWAY) and resolves when its calls are over. */
function shutDown(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.tryShutdown(() => resolve());
  });
}
