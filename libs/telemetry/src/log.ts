import { type Logger, pino, stdSerializers } from 'pino';

export type { Logger };

/** Field names whose values never reach a log. */
const secretPaths = [
  'apiKey',
  'secret',
  'password',
  'authorization',
  'req.headers.authorization',
  '*.apiKey',
  '*.secret',
  '*.password',
];

/** A structured logger on standard output, one JSON object a line; `process` names the writer. */
export function createLogger(options: { readonly process: string; readonly level: string }): Logger {
  return pino({
    level: options.level,
    base: { process: options.process, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    // Without it, an error under any name but `err` is written as an empty object.
    serializers: { error: stdSerializers.err },
    redact: { paths: secretPaths, censor: '[redacted]' },
  });
}
