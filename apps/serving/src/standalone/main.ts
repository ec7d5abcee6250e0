import { codeVersion, isLaurelError, LaurelError, type StandaloneMessage } from '@laurel/contracts';
import { createModelProbe, loadGraph } from '@laurel/inference';
import { createLogger, type Logger, openTracing, type Tracing } from '@laurel/telemetry';
import { newProcessName } from '../process-name.js';
import { parseStandaloneConfig, type StandaloneConfig } from './config.js';
import { type Standalone, startStandalone } from './standalone.js';

/** A child that loads a file first may use this much; what it does not survive is not loaded here. */
const probeLimits = { memoryMegabytes: 2_048, timeoutMilliseconds: 60_000 };

try {
  await serve(parseStandaloneConfig(process.argv.slice(2), process.env));
} catch (error) {
  await fail(error);
}

async function serve(config: StandaloneConfig): Promise<void> {
  const log = createLogger({ process: 'serving', level: config.logLevel });
  const instance = newProcessName();
  const tracing =
    config.tracing &&
    (await openTracing(config.tracing, { service: 'laurel-serving', version: codeVersion, instance, log }));
  const probe = createModelProbe(probeLimits);
  const standalone = await startStandalone(config, {
    loader: {
      probe: (bytes) => probe.probe(bytes, null),
      load: (bytes) => loadGraph(bytes, { signature: null, isolate: 'measured' }),
    },
    log,
    tracer: tracing?.tracer ?? null,
    onReload: (model) => tell({ laurel: 'reloaded', model }, log),
    onReloadFailed: (file, message) => tell({ laurel: 'notReloaded', file, message }, log),
  });
  stopOnSignals(standalone, tracing);
  tell({ laurel: 'serving', ...standalone.facts }, log);
}

/** Tells whoever started this process; the log where nobody listens. */
function tell(message: StandaloneMessage, log: Logger): void {
  if (process.send !== undefined) process.send(message);
  else log.warn(message, message.laurel);
}

function stopOnSignals(standalone: Standalone, tracing: Tracing | null): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await standalone.drain();
    await tracing?.close();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());
  // Whoever started this process is gone.
  process.once('disconnect', () => void stop());
}

async function fail(error: unknown): Promise<never> {
  const known = isLaurelError(error)
    ? error
    : new LaurelError(
        'Internal',
        `Serving failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
  const { code, message } = known;
  if (process.send === undefined) process.stderr.write(`laurel: ${message}\n`);
  else {
    const failed: StandaloneMessage = { laurel: 'failed', code, message };
    await new Promise((sent) => process.send?.(failed, sent));
  }
  process.exit(1);
}
