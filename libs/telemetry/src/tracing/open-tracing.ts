import type { TracingSettings } from './settings.js';
import type { TracedProcess, Tracing } from './tracer.js';

/** Loads OpenTelemetry, which nothing does before, and starts to send spans. */
export async function openTracing(settings: TracingSettings, traced: TracedProcess): Promise<Tracing> {
  const { createOtlpTracing } = await import('./otlp-tracing.js');
  return createOtlpTracing(settings, traced);
}
