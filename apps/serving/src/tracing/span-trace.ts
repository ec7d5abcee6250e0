import type { Span, Tracer } from '@laurel/telemetry';
import type { Companion, RequestTrace, TracedOutcome } from './request-trace.js';

/**
 * A request as spans: its own, and as parts of it `queue` (waiting for a run) and `run`. Of requests that share a run, the
 * first one's `run` points at the spans of the others, and theirs at the first one's run.
 */
export class SpanTrace implements RequestTrace {
  readonly span: Span;
  readonly #tracer: Tracer;
  #version = 0;
  #queuedSince = -1;
  #run: Span | null = null;

  constructor(tracer: Tracer, span: Span) {
    this.#tracer = tracer;
    this.span = span;
  }

  get run(): Span | null {
    return this.#run;
  }

  part(name: string): SpanTrace {
    return new SpanTrace(this.#tracer, this.#part(name, performance.now()));
  }

  asks(version: number): void {
    this.#version = version;
  }

  runBegins(since: number, company: readonly Companion[]): void {
    if (this.#run !== null) return;
    const at = performance.now();
    // A run that failed for all is done again for each alone: they do not wait anew.
    if (since !== this.#queuedSince) this.#part('queue', since).end(at);
    this.#queuedSince = since;
    const run = this.#part('run', at);
    run.set('laurel.version', this.#version);
    run.set('laurel.run.requests', company.length);
    this.#run = run;
    if (company.length > 1) this.#linkCompany(run, company);
  }

  runEnds(rows: number, isWhole: boolean): void {
    const run = this.#run;
    if (run === null) return;
    this.#run = null;
    run.set('laurel.run.rows', rows);
    if (!isWhole) run.fail('ModelOutputInvalid');
    run.end();
  }

  answered({ endpoint, epoch, arm, version, fallback, rows, failure }: TracedOutcome): void {
    const { span } = this;
    span.set('laurel.endpoint', endpoint);
    span.set('laurel.epoch', epoch);
    span.set('laurel.arm', arm);
    span.set('laurel.version', version);
    span.set('laurel.fallback', fallback);
    span.set('laurel.rows', rows);
    if (failure !== null) span.set('laurel.failure', failure);
  }

  refused(code: string): void {
    this.span.set('laurel.error', code);
  }

  #part(name: string, at: number): Span {
    return this.#tracer.start({ name, parent: this.span, at });
  }

  #linkCompany(run: Span, company: readonly Companion[]): void {
    const traces = company.flatMap(({ wish: { trace } }) => trace ?? []);
    const [first] = traces;
    if (first === this) for (const { span } of traces.slice(1)) run.link(span);
    else if (first?.run != null) run.link(first.run);
  }
}
