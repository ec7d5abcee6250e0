import { setTimeout as pause } from 'node:timers/promises';
import { codeVersion } from '@laurel/contracts';
import { createLogger, openTracing } from '@laurel/telemetry';
import { parseConfig } from './config.js';
import { openContainer } from './container.js';
import { newProcessName } from './process-name.js';
import { type Serving, startServing } from './serving.js';
import { settleWithin } from './settle-within.js';

const longestWarmUpMilliseconds = 15_000;
const stepMilliseconds = 20;
const closeMilliseconds = 2_000;

const config = parseConfig(process.env);
const name = newProcessName();
const log = createLogger({ process: 'serving', level: config.logLevel });
const container = openContainer(config, log);
const tracing =
  config.tracing &&
  (await openTracing(config.tracing, { service: 'laurel-serving', version: codeVersion, instance: name, log }));
const serving = startServing(
  { ...container.ports, tracer: tracing?.tracer ?? null },
  {
    process: name,
    streamDialect: config.streamDialect,
    logFolder: config.logFolder,
    predictionLog: { ...config.predictionLog, objectStore: config.objectStore },
  },
);
const stopping = new AbortController();

async function stop(): Promise<void> {
  if (stopping.signal.aborted) return;
  stopping.abort();
  log.info({ name }, 'serving drains');
  await serving.drain();
  await Promise.all([settleWithin(closeMilliseconds, container.close()), tracing?.close()]);
  process.exit(0);
}

process.once('SIGTERM', () => void stop());
process.once('SIGINT', () => void stop());

await untilReady(serving, longestWarmUpMilliseconds);
if (!stopping.signal.aborted) await listen();

/**
 * Several processes share the port and the kernel spreads connections over them, ready or not: a process that is still
 * loading stays away from the port, yet not for ever, so that its health can be asked.
 */
async function untilReady(one: Serving, milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!one.isReady() && !stopping.signal.aborted && performance.now() < end) await pause(stepMilliseconds);
}

async function listen(): Promise<void> {
  const { host, port, grpcPort } = config;
  try {
    await serving.listenGrpc({ host, port: grpcPort, reusePort: true });
    await serving.listen({ host, port, reusePort: true });
  } catch (error) {
    log.fatal(
      { err: error, code: 'PortTaken', host, port, grpcPort },
      'serving cannot listen; set LAUREL_SERVING_PORT and LAUREL_SERVING_GRPC_PORT to free ports',
    );
    process.exit(1);
  }
  process.send?.({ laurel: 'ready' });
  log.info({ name, host, port, grpcPort }, 'serving listens');
}
