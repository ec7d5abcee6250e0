import { type Metadata, ServerInterceptingCall, type ServerInterceptor, status } from '@grpc/grpc-js';
import type { Span, Tracer } from '@laurel/telemetry';
import { attachTrace } from '../tracing/request-trace.js';
import { SpanTrace } from '../tracing/span-trace.js';
import { addressOf } from './call.js';

/** Methods that are asked again and again by machines that watch. */
const quiet = /^\/grpc\.health\.v1\.Health\/|\/Server(Live|Ready)$/;

/** Statuses for which a server is at fault, after OpenTelemetry's conventions for gRPC. */
const faults: ReadonlySet<status> = new Set([
  status.UNKNOWN,
  status.DEADLINE_EXCEEDED,
  status.UNIMPLEMENTED,
  status.INTERNAL,
  status.UNAVAILABLE,
  status.DATA_LOSS,
]);

/** Begins the span of a call, which ends with its status; attributes are OpenTelemetry's for RPC servers. */
export function createTraceInterceptor(tracer: Tracer): ServerInterceptor {
  return (method, call) => {
    if (quiet.test(method.path)) return new ServerInterceptingCall(call);
    let span: Span | null = null;
    const end = (code: status) => {
      const ending = span;
      span = null;
      if (ending === null) return;
      const name = status[code] ?? String(code);
      ending.set('rpc.status_code', name);
      if (faults.has(code)) ending.fail(name);
      ending.end();
    };
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, pass) => {
            span = beginSpan(tracer, { path: method.path, metadata, peer: call.getPeer() });
            pass(metadata);
          },
          onCancel: () => end(status.CANCELLED),
        }),
      sendStatus: (sent, next) => {
        end(sent.code);
        next(sent);
      },
    });
  };
}

function beginSpan(
  tracer: Tracer,
  { path, metadata, peer }: { readonly path: string; readonly metadata: Metadata; readonly peer: string },
): Span | null {
  const name = path.slice(1);
  const text = (key: string) => metadata.get(key)[0]?.toString();
  const span = tracer.start({
    name,
    kind: 'server',
    parent: { traceparent: text('traceparent'), tracestate: text('tracestate') },
    attributes: { 'rpc.system.name': 'grpc', 'rpc.method': name, 'network.peer.address': addressOf(peer) },
  });
  if (!span.isRecording) return null;
  attachTrace(metadata, new SpanTrace(tracer, span));
  return span;
}
