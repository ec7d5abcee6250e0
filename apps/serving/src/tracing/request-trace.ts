import type { Span } from '@laurel/telemetry';

/** One of the requests that share a run. */
export interface Companion {
  /** When it began to wait, on the clock of `performance.now()`. */
  readonly since: number;
  readonly wish: { readonly trace?: RequestTrace | null };
}

/** What happened to a request in the data plane. */
export interface TracedOutcome {
  readonly endpoint: string;
  readonly epoch: number;
  readonly arm: string;
  readonly version: number;
  readonly fallback: boolean;
  readonly rows: number;
  /** Of the chosen version, where it did not answer. */
  readonly failure: string | null;
}

/** The trace of one request, told by whoever has it in hand. There is none where nobody asked for traces. */
export interface RequestTrace {
  readonly span: Span;
  /** Of the run that the request is in; `null` while it is in none. */
  readonly run: Span | null;
  /** The trace of one of several messages of a call; whoever asks for it ends its span. */
  part(name: string): RequestTrace;
  /** The version that is asked from now on. */
  asks(version: number): void;
  /** The run begins that the request has waited for since `since`, on the clock of `performance.now()`. */
  runBegins(since: number, company: readonly Companion[]): void;
  /** It is over; a second time changes nothing. */
  runEnds(rows: number, isWhole: boolean): void;
  answered(outcome: TracedOutcome): void;
  /** The request is refused or failed, with an error of this code. */
  refused(code: string): void;
}

/** Tells the traces of requests that their run begins. */
export function tellBegun(company: readonly Companion[]): void {
  for (const { wish, since } of company) wish.trace?.runBegins(since, company);
}

/** Tells them that it is over, before those hear who wait for it; a second time changes nothing. */
export function tellEnded(company: readonly Companion[], rows: number, isWhole: boolean): void {
  for (const { wish } of company) wish.trace?.runEnds(rows, isWhole);
}

const key = Symbol('trace');

interface Carrier {
  [key]?: RequestTrace;
}

/** Puts a trace where `traceOf` finds it: with the request, or with the metadata of a call. */
export function attachTrace(carrier: object, trace: RequestTrace): void {
  (carrier as Carrier)[key] = trace;
}

/** The trace of what came in; `null` where it has none. Costs the look at one property. */
export function traceOf(carrier: object): RequestTrace | null {
  return (carrier as Carrier)[key] ?? null;
}
