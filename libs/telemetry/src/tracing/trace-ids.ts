import { type IdGenerator, RandomIdGenerator } from '@opentelemetry/sdk-trace';

/** Draws ids, but for a trace whose id somebody has already. */
export class TraceIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  /** What the next trace is called; `null` draws. */
  nextTrace: string | null = null;

  generateTraceId(): string {
    return this.nextTrace ?? this.#random.generateTraceId();
  }

  generateSpanId(): string {
    return this.#random.generateSpanId();
  }
}
