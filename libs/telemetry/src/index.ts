export { createLogger, type Logger } from './log.js';
export { createMeter, type Meter } from './meter.js';
export { openTracing } from './tracing/open-tracing.js';
export { type TracingSettings, tracingSettings } from './tracing/settings.js';
export type { Attributes, Span, SpanStart, TraceContext, TracedProcess, Tracer, Tracing } from './tracing/tracer.js';
