import { ExportResultCode } from '@opentelemetry/core';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { TracedProcess } from './tracer.js';

/** An exporter that tells the log when spans stop to arrive and when they arrive again; once each. */
export function toldExporter(exporter: SpanExporter, log: TracedProcess['log']): SpanExporter {
  let failing = false;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const failed = result.code !== ExportResultCode.SUCCESS;
        if (failed && !failing)
          log.warn({ err: result.error, spans: spans.length }, 'traces cannot be sent; they are dropped');
        if (!failed && failing) log.info({}, 'traces are sent again');
        failing = failed;
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    ...(exporter.forceFlush === undefined ? {} : { forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve() }),
  };
}
