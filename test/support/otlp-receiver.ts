import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import protobuf from 'protobufjs';

/** The part of OpenTelemetry's protocol that traces need, after opentelemetry-proto 1.x. */
const { root } = protobuf.parse(
  `
  syntax = "proto3";
  message Export { repeated ResourceSpans resource_spans = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
  message Resource { repeated KeyValue attributes = 1; }
  message ScopeSpans { Scope scope = 1; repeated Span spans = 2; }
  message Scope { string name = 1; string version = 2; }
  message Span {
    bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4; string name = 5;
    int32 kind = 6; fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8;
    repeated KeyValue attributes = 9; repeated Link links = 13; Status status = 15;
  }
  message Link { bytes trace_id = 1; bytes span_id = 2; }
  message Status { string message = 2; int32 code = 3; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message AnyValue {
    oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; }
  }
`,
  { keepCase: true },
);
const exportRequest = root.lookupType('Export');

interface WireValue {
  readonly value?: 'string_value' | 'bool_value' | 'int_value' | 'double_value';
  readonly [kind: string]: unknown;
}
type WireAttributes = readonly { readonly key: string; readonly value: WireValue }[];

interface WireSpan {
  readonly trace_id: Buffer;
  readonly span_id: Buffer;
  readonly parent_span_id?: Buffer;
  readonly trace_state?: string;
  readonly name: string;
  readonly kind: number;
  readonly start_time_unix_nano: string;
  readonly end_time_unix_nano: string;
  readonly attributes?: WireAttributes;
  readonly links?: readonly { readonly trace_id: Buffer; readonly span_id: Buffer }[];
  readonly status?: { readonly message?: string; readonly code?: number };
}

interface WireExport {
  readonly resource_spans?: readonly {
    readonly resource?: { readonly attributes?: WireAttributes };
    readonly scope_spans?: readonly { readonly spans?: readonly WireSpan[] }[];
  }[];
}

/** A span as a collector got it. Ids are hex digits, times nanoseconds since 1970. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty where it begins its trace. */
  readonly parentId: string;
  readonly traceState: string;
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'other';
  readonly start: bigint;
  readonly end: bigint;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Of spans it points at. */
  readonly links: readonly string[];
  readonly isError: boolean;
  readonly resource: Readonly<Record<string, unknown>>;
}

/** A collector that takes OTLP over HTTP. */
export interface OtlpReceiver {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string;
  readonly spans: readonly ReceivedSpan[];
  /** What it answers from now on, and after how long. */
  behave(behaviour: { readonly status: number; readonly milliseconds?: number }): void;
  close(): Promise<void>;
}

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  let behaviour: { readonly status: number; readonly milliseconds?: number } = { status: 200 };
  const server = createServer((request, response) => {
    const take = async () => {
      const body = await buffer(request);
      const bytes = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
      const { status, milliseconds = 0 } = behaviour;
      if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
      if (status === 200 && request.url === '/v1/traces') spans.push(...spansOf(bytes));
      response.writeHead(status, { 'content-type': 'application/x-protobuf' }).end();
    };
    void take();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    behave: (next) => {
      behaviour = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function spansOf(bytes: Buffer): readonly ReceivedSpan[] {
  const decoded = exportRequest.decode(bytes);
  const { resource_spans: groups = [] } = exportRequest.toObject(decoded, {
    longs: String,
    bytes: Buffer,
    oneofs: true,
  }) as WireExport;
  return groups.flatMap(({ resource, scope_spans: scopes = [] }) => {
    const of = attributesOf(resource?.attributes);
    return scopes.flatMap(({ spans = [] }) => spans.map((span) => received(span, of)));
  });
}

function received(span: WireSpan, resource: ReceivedSpan['resource']): ReceivedSpan {
  const hex = (bytes: Buffer | undefined) => bytes?.toString('hex') ?? '';
  return {
    traceId: hex(span.trace_id),
    spanId: hex(span.span_id),
    parentId: hex(span.parent_span_id),
    traceState: span.trace_state ?? '',
    name: span.name,
    kind: span.kind === 1 ? 'internal' : span.kind === 2 ? 'server' : 'other',
    start: BigInt(span.start_time_unix_nano),
    end: BigInt(span.end_time_unix_nano),
    attributes: attributesOf(span.attributes),
    links: (span.links ?? []).map(({ span_id: id }) => hex(id)),
    isError: span.status?.code === 2,
    resource,
  };
}

function attributesOf(attributes: WireAttributes = []): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => {
      const given = value.value === undefined ? undefined : value[value.value];
      return [key, value.value === 'int_value' ? Number(given) : given];
    }),
  );
}

/** Sets variables of the environment while `work` runs; `undefined` takes one away. */
export async function withEnvironment<T>(
  variables: Readonly<Record<string, string | undefined>>,
  work: () => Promise<T>,
): Promise<T> {
  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));
  const apply = (values: Readonly<Record<string, string | undefined>>) => {
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
  apply(variables);
  try {
    return await work();
  } finally {
    apply(before);
  }
}
