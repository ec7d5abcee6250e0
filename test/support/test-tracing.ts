import { createLogger, openTracing, type TracedProcess, type Tracing, tracingSettings } from '@laurel/telemetry';
import { withEnvironment } from './otlp-receiver.js';

/** Tracing as a process opens it that has these variables; spans are sent after 50 ms at most. */
export async function openTestTracing(
  variables: Readonly<Record<string, string>>,
  log: TracedProcess['log'] = createLogger({ process: 'test', level: 'silent' }),
): Promise<Tracing> {
  const all = { OTEL_BSP_SCHEDULE_DELAY: '50', ...variables };
  const problems: string[] = [];
  const settings = tracingSettings(all, problems);
  if (settings === null || problems.length > 0) throw new Error(`no tracing: ${problems.join('; ')}`);
  return withEnvironment(all, () =>
    openTracing(settings, { service: 'laurel-test', version: '0.1.0', instance: 'test-1', log }),
  );
}
