import type { Served } from '../predictions.js';

/** Tells the trace of a request, if it has one, who answered. */
export function tellOutcome({ request, split, chosen, answer, failure }: Served): void {
  const { trace } = request;
  if (trace == null) return;
  trace.answered({
    endpoint: split.endpoint,
    epoch: split.epoch,
    arm: (answer ?? chosen).arm,
    version: (answer ?? chosen).version.version,
    fallback: answer?.fallback ?? false,
    rows: request.rows,
    failure: failure?.code ?? null,
  });
}
