import { setTimeout as pause } from 'node:timers/promises';
import type { Context, HrTime, Span as OtelSpan, Tracer as OtelTracer } from '@opentelemetry/api';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import {
  defaultResource,
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { SamplerSettings, TracingSettings } from './settings.js';
import { toldExporter } from './told-exporter.js';
import { TraceIds } from './trace-ids.js';
import type { AttributeValue, Span, SpanStart, TraceContext, TracedProcess, Tracer, Tracing } from './tracer.js';

const closeMilliseconds = 3_000;
const propagator = new W3CTraceContextPropagator();

/** Tracing that sends spans in batches over OTLP (HTTP, protobuf). A collector that is away costs spans and nothing else. */
export function createOtlpTracing(settings: TracingSettings, traced: TracedProcess): Tracing {
  const ids = new TraceIds();
  const provider = new TracerProvider({
    resource: resourceOf(settings, traced),
    sampler: samplerOf(settings.sampler),
    idGenerator: ids,
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: toldExporter(new OTLPTraceExporter(), traced.log),
        maxQueueSize: settings.maximumQueue,
        maxExportBatchSize: Math.min(settings.maximumBatch, settings.maximumQueue),
        scheduledDelayMillis: settings.delayMilliseconds,
        exportTimeoutMillis: settings.timeoutMilliseconds,
      }),
    ],
  });
  return {
    tracer: new SpanTracer(provider.getTracer('laurel', traced.version), { ids, continues: settings.continues }),
    close: async () => {
      const stop = new AbortController();
      const sent = provider.shutdown().catch(() => undefined);
      await Promise.race([sent, pause(closeMilliseconds, undefined, { signal: stop.signal })]).finally(() =>
        stop.abort(),
      );
    },
  };
}

/** `OTEL_RESOURCE_ATTRIBUTES` wins over what the process says of itself, `OTEL_SERVICE_NAME` over both. */
function resourceOf({ serviceName }: TracingSettings, { service, version, instance }: TracedProcess) {
  const own = resourceFromAttributes({
    'service.name': service,
    'service.version': version,
    'service.instance.id': instance,
  });
  const resource = defaultResource()
    .merge(own)
    .merge(detectResources({ detectors: [resourceAttributesEnvDetector] }));
  return serviceName === null ? resource : resource.merge(resourceFromAttributes({ 'service.name': serviceName }));
}

function samplerOf({ kind, ratio, parentBased }: SamplerSettings): Sampler {
  const root =
    kind === 'ratio'
      ? new TraceIdRatioBasedSampler(ratio)
      : kind === 'always'
        ? new AlwaysOnSampler()
        : new AlwaysOffSampler();
  return parentBased ? new ParentBasedSampler({ root }) : root;
}

interface TracerParts {
  readonly ids: TraceIds;
  readonly continues: boolean;
}

class SpanTracer implements Tracer {
  readonly #tracer: OtelTracer;
  readonly #parts: TracerParts;

  constructor(tracer: OtelTracer, parts: TracerParts) {
    this.#tracer = tracer;
    this.#parts = parts;
  }

  start({ name, kind = 'internal', parent, at = performance.now(), attributes, traceId }: SpanStart): Span {
    // Spans of one trace count from one moment of the wall clock: two looks at it differ by up to a millisecond.
    const epoch = parent instanceof StartedSpan ? parent.epoch : Date.now() - performance.now();
    const { ids } = this.#parts;
    if (traceId !== undefined) ids.nextTrace = traceId;
    const span = this.#tracer.startSpan(
      name,
      {
        kind: kind === 'server' ? SpanKind.SERVER : SpanKind.INTERNAL,
        startTime: timeOf(at, epoch),
        ...(attributes === undefined ? {} : { attributes }),
      },
      this.#contextOf(parent),
    );
    ids.nextTrace = null;
    return new StartedSpan(span, epoch);
  }

  #contextOf(parent: Span | TraceContext | undefined): Context {
    if (parent instanceof StartedSpan) return trace.setSpan(ROOT_CONTEXT, parent.inner);
    if (parent === undefined || !('traceparent' in parent) || !this.#parts.continues) return ROOT_CONTEXT;
    return propagator.extract(ROOT_CONTEXT, parent, {
      get: (carrier: TraceContext, key) => (key === 'traceparent' ? carrier.traceparent : carrier.tracestate),
      keys: () => propagator.fields(),
    });
  }
}

class StartedSpan implements Span {
  readonly inner: OtelSpan;
  /** Milliseconds since 1970 at the zero of `performance.now()`. */
  readonly epoch: number;

  constructor(inner: OtelSpan, epoch: number) {
    this.inner = inner;
    this.epoch = epoch;
  }

  get isRecording(): boolean {
    return this.inner.isRecording();
  }

  set(name: string, value: AttributeValue): void {
    this.inner.setAttribute(name, value);
  }

  link(to: Span): void {
    if (to instanceof StartedSpan) this.inner.addLink({ context: to.inner.spanContext() });
  }

  fail(type: string): void {
    this.inner.setAttribute('error.type', type);
    this.inner.setStatus({ code: SpanStatusCode.ERROR, message: type });
  }

  end(at: number = performance.now()): void {
    this.inner.end(timeOf(at, this.epoch));
  }
}

function timeOf(at: number, epoch: number): HrTime {
  const milliseconds = at + epoch;
  return [Math.floor(milliseconds / 1000), Math.floor((milliseconds % 1000) * 1e6)];
}
