/** How a process decides which traces are written down. */
export interface SamplerSettings {
  readonly kind: 'always' | 'never' | 'ratio';
  /** Share of the traces, 0 to 1; counts for `ratio` only. */
  readonly ratio: number;
  /** What came with a trace context does as its caller decided. */
  readonly parentBased: boolean;
}

/** What the standard variables of OpenTelemetry say. The exporter reads `OTEL_EXPORTER_OTLP_*` itself. */
export interface TracingSettings {
  /** `OTEL_SERVICE_NAME`; `null` leaves the name to the process. */
  readonly serviceName: string | null;
  readonly sampler: SamplerSettings;
  /** Are traces of callers (`traceparent`) continued? */
  readonly continues: boolean;
  /** Spans that wait at most, that are sent at once at most, and how long they are collected and sent, milliseconds. */
  readonly maximumQueue: number;
  readonly maximumBatch: number;
  readonly delayMilliseconds: number;
  readonly timeoutMilliseconds: number;
}

type Variables = Readonly<Record<string, string | undefined>>;

const samplers: Readonly<Record<string, Omit<SamplerSettings, 'ratio'>>> = {
  always_on: { kind: 'always', parentBased: false },
  always_off: { kind: 'never', parentBased: false },
  traceidratio: { kind: 'ratio', parentBased: false },
  parentbased_always_on: { kind: 'always', parentBased: true },
  parentbased_always_off: { kind: 'never', parentBased: true },
  parentbased_traceidratio: { kind: 'ratio', parentBased: true },
};

const specificEndpoint = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT';
const endpoint = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const protocols = ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL'] as const;

/**
 * How to trace, or `null` where no `OTEL_EXPORTER_OTLP_ENDPOINT` says that traces are wanted. What cannot be followed is
 * added to `problems`, one sentence each.
 */
export function tracingSettings(env: Variables, problems: string[]): TracingSettings | null {
  if (!isWanted(env)) return null;
  checkWhere(env, problems);
  const number = (name: string, usual: number) => numberOf(env, { name, usual }, problems);
  return {
    serviceName: env['OTEL_SERVICE_NAME'] || null,
    sampler: samplerOf(env, problems),
    continues: (env['OTEL_PROPAGATORS'] || 'tracecontext').split(',').some((name) => name.trim() === 'tracecontext'),
    maximumQueue: number('OTEL_BSP_MAX_QUEUE_SIZE', 2_048),
    maximumBatch: number('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 512),
    delayMilliseconds: number('OTEL_BSP_SCHEDULE_DELAY', 5_000),
    timeoutMilliseconds: number('OTEL_BSP_EXPORT_TIMEOUT', 30_000),
  };
}

function isWanted(env: Variables): boolean {
  if (env['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true') return false;
  if (env['OTEL_TRACES_EXPORTER']?.trim() === 'none') return false;
  return Boolean(env[specificEndpoint] || env[endpoint]);
}

function checkWhere(env: Variables, problems: string[]): void {
  const name = env[specificEndpoint] ? specificEndpoint : endpoint;
  const url = env[name] ?? '';
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
    problems.push(`${name} is "${url}" (an address such as http://127.0.0.1:4318)`);
  }
  const protocol = protocols.find((one) => env[one]);
  if (protocol !== undefined && env[protocol] !== 'http/protobuf') {
    problems.push(`${protocol} is "${env[protocol]}" (http/protobuf, which collectors take at port 4318)`);
  }
  const exporter = env['OTEL_TRACES_EXPORTER'] || 'otlp';
  if (exporter !== 'otlp') problems.push(`OTEL_TRACES_EXPORTER is "${exporter}" (otlp or none)`);
}

function samplerOf(env: Variables, problems: string[]): SamplerSettings {
  const name = env['OTEL_TRACES_SAMPLER'] || 'parentbased_always_on';
  const found = samplers[name];
  if (found === undefined) {
    problems.push(`OTEL_TRACES_SAMPLER is "${name}" (any of ${Object.keys(samplers).join(', ')})`);
    return { kind: 'never', parentBased: false, ratio: 0 };
  }
  const given = env['OTEL_TRACES_SAMPLER_ARG'] || '1';
  const ratio = Number(given);
  if (found.kind === 'ratio' && !(ratio >= 0 && ratio <= 1)) {
    problems.push(`OTEL_TRACES_SAMPLER_ARG is "${given}" (a share, 0 to 1)`);
  }
  return { ...found, ratio };
}

function numberOf(
  env: Variables,
  { name, usual }: { readonly name: string; readonly usual: number },
  problems: string[],
): number {
  const given = env[name];
  if (!given) return usual;
  const value = Number(given);
  if (!(Number.isSafeInteger(value) && value > 0)) problems.push(`${name} is "${given}" (a whole number above 0)`);
  return value;
}
