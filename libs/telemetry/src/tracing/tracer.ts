export type AttributeValue = string | number | boolean;
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** The trace context of W3C as a caller sent it. */
export interface TraceContext {
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
}

/** How a span begins. */
export interface SpanStart {
  readonly name: string;
  /** `server`: it answers somebody outside of this process; `internal` unless told. */
  readonly kind?: 'server' | 'internal';
  /** The span that this is a part of, or what the caller of a `server` sent. Without it a trace begins. */
  readonly parent?: Span | TraceContext;
  /** On the clock of `performance.now()`; now unless told. */
  readonly at?: number;
  readonly attributes?: Attributes;
  /** Id of the trace that begins, 32 hex digits; drawn unless told. */
  readonly traceId?: string;
}

/** A part of a trace that has begun. */
export interface Span {
  /** False where the sampler chose to write nothing down. */
  readonly isRecording: boolean;
  set(name: string, value: AttributeValue): void;
  /** Points at a span that is no ancestor. */
  link(to: Span): void;
  /** It went wrong: `type` is a code or a class of errors. */
  fail(type: string): void;
  /** Once; `at` is on the clock of `performance.now()`, now unless told. */
  end(at?: number): void;
}

/** Begins spans. */
export interface Tracer {
  start(start: SpanStart): Span;
}

/** The tracing of a process. */
export interface Tracing {
  readonly tracer: Tracer;
  /** Sends what has ended, for three seconds at most. */
  close(): Promise<void>;
}

/** Who writes the traces, and where it is told that they do not arrive. */
export interface TracedProcess {
  /** `service.name`, unless `OTEL_SERVICE_NAME` says another. */
  readonly service: string;
  readonly version: string;
  /** `service.instance.id`. */
  readonly instance: string;
  readonly log: {
    warn(details: object, message: string): void;
    info(details: object, message: string): void;
  };
}
