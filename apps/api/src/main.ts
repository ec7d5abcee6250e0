import 'reflect-metadata';
import { isLaurelError } from '@laurel/contracts';
import { createLogger } from '@laurel/telemetry';
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
  const app = await createApp(container.ports);

  const stop = async (signal: string): Promise<void> => {
    logger.info({ signal }, 'Stopping');
    setTimeout(() => process.exit(1), graceMilliseconds).unref();
    container.stop();
    await app.close();
    await container.close();
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
