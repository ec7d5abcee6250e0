import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { codeVersion, isLaurelError } from '@laurel/contracts';
import { createLogger, openTracing } from '@laurel/telemetry';
import { parseConfig } from './config.js';
import { openContainer } from './container.js';
import { createApp } from './create-app.js';
import { ensureFirstKey } from './first-key.js';

/** Time a stopping process gives what is open before it leaves. */
const graceMilliseconds = 10_000;

async function main(): Promise<void> {
  const config = parseConfig(process.env);
  const logger = createLogger({ process: 'api', level: config.logLevel });
  const container = await openContainer(config, logger);
  await ensureFirstKey(container.ports.apiKeys, config.home, logger);
  const traced = { service: 'laurel-api', version: codeVersion, instance: randomUUID(), log: logger };
  const tracing = config.tracing && (await openTracing(config.tracing, traced));
  const app = await createApp(container.ports, tracing?.tracer ?? null);

  const stop = async (signal: string): Promise<void> => {
    logger.info({ signal }, 'Stopping');
    setTimeout(() => process.exit(1), graceMilliseconds).unref();
    container.stop();
    await app.close();
    await Promise.all([container.close(), tracing?.close()]);
    process.exit(0);
  };
  process.once('SIGTERM', (signal) => void stop(signal));
  process.once('SIGINT', (signal) => void stop(signal));

  await app.listen({ host: config.host, port: config.port });
  logger.info({ url: await app.getUrl() }, 'Listening');
  process.send?.({ laurel: 'ready' });
}

main().catch((error: unknown) => {
  const message = isLaurelError(error) ? `${error.code}: ${error.message}` : String((error as Error)?.stack ?? error);
  process.stderr.write(`laurel api: ${message}\n`);
  process.exit(1);
});
