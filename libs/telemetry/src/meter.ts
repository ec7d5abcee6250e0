import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Prometheus metrics of one process. Names are snake_case with base units. */
export interface Meter {
  counter(name: string, help: string, labels?: readonly string[]): Counter;
  gauge(name: string, help: string, labels?: readonly string[]): Gauge;
  histogram(
    name: string,
    help: string,
    options: { readonly labels?: readonly string[]; readonly buckets: readonly number[] },
  ): Histogram;
  /** Adds lines of the text exposition format that are made when somebody asks: for counts that are kept elsewhere. */
  source(render: () => string): void;
  /** The text exposition format, with its content type. */
  expose(): Promise<{ readonly contentType: string; readonly body: string }>;
}

/** A fresh registry with the default process metrics. */
export function createMeter(): Meter {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const sources: (() => string)[] = [];
  return {
    counter: (name, help, labels = []) => new Counter({ name, help, labelNames: [...labels], registers }),
    gauge: (name, help, labels = []) => new Gauge({ name, help, labelNames: [...labels], registers }),
    histogram: (name, help, { labels = [], buckets }) =>
      new Histogram({ name, help, labelNames: [...labels], buckets: [...buckets], registers }),
    source: (render) => void sources.push(render),
    expose: async () => {
      const own = await registry.metrics();
      return { contentType: registry.contentType, body: own + sources.map((render) => render()).join('') };
    },
  };
}
