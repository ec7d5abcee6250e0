import type { Logger } from '@laurel/telemetry';
import type { LoggerService } from '@nestjs/common';

/** Nest's own messages in our log; what it calls `log` is about its inner life and goes to debug. */
export class NestLog implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: readonly unknown[]): void {
    this.logger.debug(contextOf(rest), String(message));
  }

  debug(message: unknown, ...rest: readonly unknown[]): void {
    this.logger.debug(contextOf(rest), String(message));
  }

  verbose(message: unknown, ...rest: readonly unknown[]): void {
    this.logger.trace(contextOf(rest), String(message));
  }

  warn(message: unknown, ...rest: readonly unknown[]): void {
    this.logger.warn(contextOf(rest), String(message));
  }

  error(message: unknown, ...rest: readonly unknown[]): void {
    this.logger.error({ ...contextOf(rest), ...(message instanceof Error ? { err: message } : {}) }, String(message));
  }

  fatal(message: unknown, ...rest: readonly unknown[]): void {
    this.logger.fatal(contextOf(rest), String(message));
  }
}

/** Nest gives the writer's name last. */
function contextOf(rest: readonly unknown[]) {
  const context = rest.at(-1);
  return typeof context === 'string' ? { context } : {};
}
