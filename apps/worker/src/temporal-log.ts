import type { Logger } from '@laurel/telemetry';
import { DefaultLogger, Runtime } from '@temporalio/worker';

/** Sends the log of Temporal's worker to ours; call it before the first connection. */
export function bridgeTemporalLog(log: Logger): void {
  const logger = new DefaultLogger('INFO', ({ level, message, meta }) => {
    const fields = { ...meta };
    if (level === 'ERROR') log.error(fields, message);
    else if (level === 'WARN') log.warn(fields, message);
    else log.debug(fields, message);
  });
  Runtime.install({ logger, shutdownSignals: [] });
}
